import { parseArgs } from 'node:util'

/**
 * The numbers of a benchmark, each of which `--name value` changes: `npx tsx bench/fan-out.ts --devices 500 --runs 2`.
 * `--save` also writes the table to docs/benchmarks.md.
 */
export function readOptions<K extends string>(defaults: Record<K, number>): Record<K, number> & { save: boolean } {
  const names = Object.keys(defaults)
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      save: { type: 'boolean' as const },
    },
  })
  const given = Object.entries(values).flatMap(([name, value]) => {
    if (name === 'save') return []
    const number = Number(value)
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number of at least 1.`)
    return [[name, number] as const]
  })
  return { ...defaults, ...Object.fromEntries(given), save: values.save === true }
}

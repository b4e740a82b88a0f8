import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = path.resolve(import.meta.dirname, '../../..')
const packageFile = z.object({ dependencies: z.record(z.string(), z.string()) })
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).default({}),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
      resolved: z.string().optional(),
    }),
  ),
})

const read = async <T>(schema: z.ZodType<T>, file: string): Promise<T> =>
  schema.parse(JSON.parse(await readFile(path.join(root, file), 'utf8')))

/** Permissive: whoever passes the program on has to keep a notice, and nothing else. */
const allowed = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
])
/** Packages whose own file has no licence field, and where the licence was read. */
const readByHand: Readonly<Record<string, string>> = { async: 'MIT (LICENSE)' }

describe('runtime dependencies', () => {
  it('all stand in docs/dependencies.md, pinned exactly', async () => {
    const { dependencies } = await read(packageFile, 'package.json')
    const page = await readFile(path.join(root, 'docs/dependencies.md'), 'utf8')
    expect(Object.keys(dependencies).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([])
  })

  it('bring in nothing but permissive licences', async () => {
    const { dependencies } = await read(packageFile, 'package.json')
    const { packages } = await read(lockFile, 'package-lock.json')
    const find = (name: string, from: string): string | undefined => {
      for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
        const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
        if (packages[candidate] !== undefined) return candidate
        if (folder === '') return undefined
      }
    }
    const seen = new Set<string>()
    const waiting = Object.keys(dependencies).map((name) => ({ name, from: '' }))
    const refused: string[] = []
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const place = find(next.name, next.from)
      if (place === undefined || seen.has(place)) continue
      seen.add(place)
      const entry = packages[place]
      if (entry === undefined) continue
      if (!allowed.has(entry.license ?? '') && readByHand[next.name] === undefined)
        refused.push(`${next.name}: ${entry.license ?? 'no licence field'}`)
      for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
        waiting.push({ name, from: place })
    }
    expect(seen.size).toBeGreaterThan(Object.keys(dependencies).length)
    expect(refused).toEqual([])
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** `npm run bench -- [fan-out …] [--save]`: the named benchmarks, or all, one after the other, each in a fresh process. */
const all = [
  'fan-out',
  'start-skew',
  'normalise',
  'ledger-ingest',
  'clip-delivery',
  'agent-start',
  'airtime',
  'console',
  'console-events',
  'conflicts',
  'occurrences',
  'province-change',
  'reconnect-storm',
]
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const unknown = [...named.filter((name) => !all.includes(name)), ...flags.filter((flag) => flag !== '--save')]
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(' ')}. Benchmarks: ${all.join(' ')}; --save writes docs/benchmarks.md.`)
  console.error('A benchmark run by itself also takes its numbers, e.g. npx tsx bench/fan-out.ts --devices 500.')
  process.exit(2)
}

// Ctrl-C reaches the benchmark too, which ends what it started; only then do we.
let isInterrupted = false
process.on('SIGINT', () => {
  isInterrupted = true
})
const failed: string[] = []
for (const name of named.length > 0 ? named : all) {
  const file = path.join(import.meta.dirname, `${name}.ts`)
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...flags], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) failed.push(name)
  if (isInterrupted) break
}
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`)
  process.exit(1)
}

import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAgent } from '../../../scripts/build/bundles.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')
let built: string
let empty: string

beforeAll(async () => {
  built = await mkdtemp(path.join(os.tmpdir(), 'loaxa-agent-'))
  empty = await mkdtemp(path.join(os.tmpdir(), 'loaxa-empty-'))
  await buildAgent(root, built)
}, 30_000)

afterAll(async () => {
  await rm(built, { recursive: true })
  await rm(empty, { recursive: true })
})

describe('the bundled device agent', () => {
  it('runs as one file in an empty directory', async () => {
    const bundle = path.join(empty, 'device-agent.mjs')
    await run('cp', [path.join(built, 'device-agent.mjs'), bundle])
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    const { stdout, stderr } = await run(process.execPath, [bundle, '--version'], { cwd: empty })
    expect(stdout).toContain(version)
    expect(stderr).toBe('')
    expect(await readdir(empty)).toEqual(['device-agent.mjs'])
  })

  it('brings its native part for this machine, and the notices of all that went into it', async () => {
    expect(await readdir(path.join(built, 'koffi'))).toContain(`${process.platform}_${process.arch}`)
    expect(await readFile(path.join(built, 'device-agent-notices.txt'), 'utf8')).toMatch(/^koffi .*MIT/m)
  })

  it('contains nothing of the server', async () => {
    const notices = await readFile(path.join(built, 'device-agent-notices.txt'), 'utf8')
    const packages = notices.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)
    const names = [...packages].map((match) => match[1] ?? '')
    expect(names).toContain('mqtt')
    expect(names.filter((name) => /fastify|prisma|aedes|^pg|ffmpeg|svelte/.test(name))).toEqual([])
    const code = await readFile(path.join(built, 'device-agent.mjs'), 'utf8')
    expect(code).not.toMatch(/node_modules\/(@fastify|fastify|@prisma|prisma|aedes|pg)\//)
    expect(code.length).toBeLessThan(3_000_000)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/embedded-postgres.ts'

const log = pino({ level: 'silent' })
const isRoot = process.getuid?.() === 0
let dir: string
let dataDir: string
const running: EmbeddedPostgres[] = []

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-embedded-'))
  await chmod(dir, 0o711)
  dataDir = path.join(dir, 'postgres')
})

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  await rm(dir, { recursive: true })
})

async function start(sharedDir = path.join(dir, 'shared')): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, sharedDir })
  running.push(server)
  return server
}

async function stop(server: EmbeddedPostgres): Promise<void> {
  running.splice(running.indexOf(server), 1)
  await server.stop()
}

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client(server.address)
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

describe('startEmbeddedPostgres', () => {
  it('keeps what was written from one start to the next, and listens on no port', async () => {
    const first = await start()
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    expect(await query(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
    await stop(first)
    expect(await query(await start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('adopts the server that a killed process left running, with all that was committed', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(import.meta.dirname, 'owner.fixture.ts'), dataDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const pidBefore = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')
    const adopted = await start()
    expect(await query(adopted, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    expect((await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]).toBe(pidBefore.split('\n')[0])
  })

  it('says when its server was killed, and starts again with all that was committed', async () => {
    let tellLost = (): void => {}
    const lost = new Promise<void>((resolve) => {
      tellLost = resolve
    })
    const first = await startEmbeddedPostgres({ dataDir, log, sharedDir: path.join(dir, 'shared'), onLost: tellLost })
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const [pid] = (await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGKILL')
    await lost
    expect(await query(await start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('refuses a database that a living process uses', async () => {
    await start()
    await expect(start()).rejects.toThrow(`in use by another server (process ${process.pid})`)
  })

  it('starts although the pid file names a living program that is not PostgreSQL', async () => {
    await stop(await start())
    const leftover = `${process.pid}\n${dataDir}\n1700000000\n5432\n${dataDir}\n\n     0\t0\nready\n`
    await writeFile(path.join(dataDir, 'postmaster.pid'), leftover)
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('refuses data of another major version in one clear sentence', async () => {
    await stop(await start())
    await writeFile(path.join(dataDir, 'PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow(/written by PostgreSQL 17, and this version brings 18/)
  })

  it('refuses a directory that holds something else', async () => {
    await mkdir(dataDir)
    await writeFile(path.join(dataDir, 'letter.txt'), 'do not overwrite me')
    await expect(start()).rejects.toThrow(/is not empty, and it is not a database/)
  })

  it.runIf(isRoot)('as root, puts the data where its own account can reach it, and leaves a link', async () => {
    const shared = await mkdtemp(path.join(os.tmpdir(), 'loaxa-shared-'))
    await chmod(shared, 0o755)
    await chmod(dir, 0o700)
    const server = await start(shared)
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect((await lstat(dataDir)).isSymbolicLink()).toBe(true)
    await stop(server)
    const linked = await realpath(dataDir)
    await rm(linked, { recursive: true })
    expect(await query(await start(shared), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await realpath(dataDir)).toBe(linked)
    for (const left of running.splice(0)) await left.stop()
    await rm(shared, { recursive: true })
  })
})

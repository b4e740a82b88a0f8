import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAudit, system } from '#server/audit/audit.ts'
import { createCheckpoints } from '#server/audit/checkpoints.ts'
import { keepSignedHead } from '#server/audit/signed-head.ts'
import { systemClock } from '#server/clock.ts'
import { type Database, openDatabase } from '#server/db.ts'
import { startEmbeddedPostgres } from '#server/embedded-postgres.ts'
import { createSecurityEvents } from '#server/security/events.ts'
import { migrationsDir } from '../../support/database-setup.ts'
import { makeTestKeys } from '../../support/keys.ts'

const log = pino({ level: 'silent' })
const root = path.resolve(import.meta.dirname, '../../..')
let dataDir: string
let database: string
let db: Database | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-cli-'))
  await chmod(dataDir, 0o711)
  database = path.join(dataDir, 'postgres')
  db = await openDatabase({ url: `embedded:${database}`, migrationsDir, log })
  const keys = await makeTestKeys(path.join(dataDir, 'keys'))
  const audit = createAudit({ db, clock: systemClock })
  for (let index = 0; index < 5; index++) {
    await audit.note(system, { action: 'server.started', areaPath: [], subject: { type: 'server', id: null } })
  }
  const security = createSecurityEvents({ log, clock: systemClock })
  const signedHead = keepSignedHead(path.join(dataDir, 'keys/audit-head.json'))
  await createCheckpoints({ db, clock: systemClock, log, security, signedHead, signer: () => keys.signer }).make()
})
afterAll(async () => {
  await db?.close()
  await rm(dataDir, { recursive: true })
})

interface Answer {
  code: number
  out: string
  err: string
}

/** The program as an operator calls it. */
function loaxa(...args: string[]): Promise<Answer> {
  const env = { ...process.env, LOAXA_DATA_DIR: dataDir, DATABASE_URL: '' }
  const program = ['--import', 'tsx', path.join(root, 'server/main.ts'), ...args]
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, program, { cwd: root, env }, (_error, out, err) => {
      if (child.exitCode === null) reject(new Error(`${args.join(' ')} was killed: ${err}`))
      else resolve({ code: child.exitCode, out, err })
    })
  })
}

it('ends as it should when nobody reads what it says to its end', async () => {
  const env = { ...process.env, LOAXA_DATA_DIR: dataDir, DATABASE_URL: '' }
  const program = ['--import', 'tsx', path.join(root, 'server/main.ts'), 'audit', 'verify']
  const child = spawn(process.execPath, program, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  child.stdout.destroy()
  const [code] = await once(child, 'exit')
  expect([code, errors.join('')]).toEqual([0, ''])
})

describe('loaxa', () => {
  it('shows what it can do', async () => {
    const { code, out } = await loaxa('--help')
    expect(code).toBe(0)
    expect(out).toContain('loaxa audit verify [--head SEQ:HASH]')
  })

  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    expect(await loaxa('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it.each([
    [['audit', 'forge'], 'no such command: audit forge'],
    [['audit', 'verify', '--nonsense'], 'loaxa audit verify [--head SEQ:HASH]'],
    [['audit', 'verify', '--head', '12'], '--head SEQ:HASH'],
    [['audit', 'verify', '--head'], 'this option needs a value: --head'],
    [['keys', 'show', 'x'], 'this command takes nothing more: x'],
    [['keys', 'recover'], 'missing: --recovery-key FILE'],
    [['account', 'sign-in-link'], 'the user name is missing'],
    [['account', 'sign-in-link', 'lan', '--resett'], 'there is no such option: --resett'],
    [['account', 'sign-in-link', 'lan', '--reset-second-factor=yes'], 'takes no value: --reset-second-factor'],
  ])('%j: the usage, and exit code 2', async (args, says) => {
    const { code, out, err } = await loaxa(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(says)
  })
})

describe('loaxa audit verify', () => {
  it('beside the owner of the database, which goes on; with a head kept outside', async () => {
    const intact = await loaxa('audit', 'verify')
    expect(intact).toMatchObject({ code: 0, err: '' })
    expect(intact.out).toContain('intact: 5 entries, 1 signed checkpoints')
    const head = /head (\S+)/.exec(intact.out)?.[1] ?? ''
    expect((await loaxa('audit', 'verify', '--head', head)).code).toBe(0)
    const later = await loaxa('audit', 'verify', '--head', head.replace(/^5/, '6'))
    expect(later.code).toBe(1)
    expect(later.out).toContain('truncated: the last entry is 5, signed was 6')
    expect(await db?.prisma.auditEntry.count()).toBe(5)
    expect(intact.out).not.toContain('not signed yet')
  })

  it('says how many entries no checkpoint covers yet', async () => {
    const audit = createAudit({ db: db ?? expect.fail('closed'), clock: systemClock })
    for (let index = 0; index < 2; index++) {
      await audit.note(system, { action: 'server.started', areaPath: [], subject: { type: 'server', id: null } })
    }
    expect((await loaxa('audit', 'verify')).out).toMatch(/not signed yet: 2 /)
  })

  it('makes no keys where there are none, and says what to do', async () => {
    const [keysDir, away] = [path.join(dataDir, 'keys'), path.join(dataDir, 'away')]
    await rename(keysDir, away)
    await mkdir(keysDir)
    for (const command of [
      ['audit', 'verify'],
      ['keys', 'show'],
    ]) {
      const { code, err } = await loaxa(...command)
      expect(code).toBe(1)
      expect(err).toContain(`There are no server keys in ${keysDir}.`)
    }
    expect(await readdir(keysDir)).toEqual([])
    await rm(keysDir, { recursive: true })
    await rename(away, keysDir)
  })

  it('alone, it starts the database and stops it again; a changed row is named', async () => {
    await db?.close()
    db = undefined
    expect((await loaxa('audit', 'verify')).code).toBe(0)

    // What was cut off with its checkpoint is found by what the server keeps beside its keys.
    const headFile = path.join(dataDir, 'keys/audit-head.json')
    const kept = await readFile(headFile, 'utf8')
    await writeFile(headFile, kept.replace('"seq":5', '"seq":99'))
    expect((await loaxa('audit', 'verify')).out).toContain('truncated: the last entry is 7, signed was 99')
    await writeFile(headFile, kept)

    const server = await startEmbeddedPostgres({ dataDir: database, log })
    const superuser = new pg.Client(server.address)
    await superuser.connect()
    await superuser.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
    await superuser.query(`UPDATE audit_entry SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) WHERE seq = 3`)
    await superuser.end()
    await server.stop()

    const { code, out } = await loaxa('audit', 'verify')
    expect(code).toBe(1)
    expect(out).toContain('KHÔNG nguyên vẹn: bảng audit_entry, mục 3.')
    expect(out).toContain('NOT intact: table audit_entry, entry 3.')
  })
})

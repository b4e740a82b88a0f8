import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { createSigner, toJwk } from '#protocol/signing.ts'
import { type Audit, type AuditNote, createAudit, system } from '#server/audit/audit.ts'
import { type Checkpoints, createCheckpoints } from '#server/audit/checkpoints.ts'
import { dropPastRetention } from '#server/audit/retention.ts'
import { CHAIN_START, sealEntry } from '#server/audit/rules.ts'
import { keepSignedHead } from '#server/audit/signed-head.ts'
import { recordStart } from '#server/audit/start-record.ts'
import { readTrail } from '#server/audit/store.ts'
import { verifyTrail } from '#server/audit/verification.ts'
import { readBody } from '#server/audit/verification-rules.ts'
import { toDate } from '#server/clock.ts'
import { createSecurityEvents, type SecurityEvents } from '#server/security/events.ts'
import { createTestClock, type TestClock } from '../../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const log = pino({ level: 'silent' })
const { privateKey } = generateKeyPairSync('ed25519')
const signer = createSigner(privateKey)
const trusted = [toJwk(privateKey)]
const DAY_MS = 86_400_000

let db: TestDatabase
let clock: TestClock
let audit: Audit
let checkpoints: Checkpoints
let reported: string[]
let security: SecurityEvents
let folder: string
let headFile: string

/** As after a restart. */
const openCheckpoints = (by = signer): Checkpoints =>
  createCheckpoints({
    db,
    clock,
    log,
    security,
    signedHead: keepSignedHead(headFile),
    signer: () => by,
    everyEntries: 4,
  })

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'loaxa-trail-'))
  headFile = path.join(folder, 'audit-head.json')
  db = await createTestDatabase()
  clock = createTestClock('2023-01-01T00:00:00.000Z')
  reported = []
  security = createSecurityEvents({
    log,
    clock,
    sinks: [(code, facts) => void reported.push(`${code} ${facts.detail}`)],
  })
  checkpoints = openCheckpoints()
  audit = createAudit({ db, clock })
})
afterEach(async () => {
  await db.close()
  await rm(folder, { recursive: true })
})

const area = newId(createTestClock().now())
const note = (name: string): AuditNote => ({
  action: 'area.created',
  areaPath: [area],
  subject: { type: 'area', id: area },
  after: { name },
})
async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    clock.advance(1_000)
    await audit.note({ accountId: area, userName: 'lan' }, note(`xã ${index}`))
  }
}
const verify = (outside?: { seq: number; hash: string }) =>
  readTrail(db.pool, (trail) => verifyTrail(trail, trusted, outside === undefined ? [] : [outside]))

/** Does to the trail what nobody can but a superuser who means it. */
async function forge(sql: string): Promise<void> {
  await db.asOwner('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
  await db.asOwner('ALTER TABLE audit_checkpoint DISABLE TRIGGER ALL')
  await db.asOwner('ALTER TABLE audit_drop DISABLE TRIGGER ALL')
  await db.asOwner(sql)
}

describe('the trail', () => {
  it('is written with the change, or neither is', async () => {
    const createdAt = toDate(clock.now())
    const row = { id: area, kind: 'province' as const, name: 'Tỉnh', path: [area], timeZone: 'UTC', createdAt }
    await expect(
      audit.act(system, async (tx, take) => {
        await tx.area.create({ data: row })
        take(note('Tỉnh'))
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect([await db.prisma.area.count(), await db.prisma.auditEntry.count()]).toEqual([0, 0])
    await audit.act(system, async (tx, take) => {
      await tx.area.create({ data: row })
      take(note('Tỉnh'))
    })
    expect([await db.prisma.area.count(), await db.prisma.auditEntry.count()]).toEqual([1, 1])
  })

  it('never forks, however many write at once', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => audit.note(system, note(`xã ${index}`))))
    expect(await verify()).toMatchObject({ ok: true, entries: 30, head: { seq: 30 } })
  })
})

describe('checkpoints', () => {
  it('sign a head once, and send it out', async () => {
    await checkpoints.make()
    expect(reported).toEqual([])
    await write(3)
    await checkpoints.make()
    await checkpoints.make()
    const head = await db.prisma.auditEntry.findUniqueOrThrow({ where: { seq: 3 } })
    expect(reported).toEqual([`audit-checkpoint 3:${head.hash}`])
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 1, newestCheckpoint: { seq: 3 } })
  })

  it('come after so many entries by themselves, and at the end', async () => {
    audit = createAudit({ db, clock, onAppended: (seq) => checkpoints.onAppended(seq) })
    await write(5)
    await checkpoints.close()
    expect((await db.prisma.auditCheckpoint.findMany()).map(({ seq }) => seq).at(-1)).toBe(5)
    expect(reported.length).toBe(await db.prisma.auditCheckpoint.count())
  })
})

describe('one byte changed in the database is found, and its row named', () => {
  const flipped = 'set_byte(bytes, 100, get_byte(bytes, 100) # 1)'
  it.each([
    [`UPDATE audit_entry SET bytes = ${flipped} WHERE seq = 3`, 'audit_entry', 3, 'hash-differs'],
    [
      `UPDATE audit_entry SET hash = translate(left(hash, 1), '0123456789abcdef', '1032547698badcfe') || substr(hash, 2) WHERE seq = 3`,
      'audit_entry',
      3,
      'hash-differs',
    ],
    [
      `UPDATE audit_entry SET bytes = ${flipped}, hash = encode(sha256(${flipped}), 'hex') WHERE seq = 3`,
      'audit_entry',
      3,
      /unreadable|column-differs|link-broken/,
    ],
    [
      `UPDATE audit_entry SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'xã 2', 'xã X'), 'UTF8'),
         hash = encode(sha256(convert_to(replace(convert_from(bytes, 'UTF8'), 'xã 2', 'xã X'), 'UTF8')), 'hex') WHERE seq = 3`,
      'audit_entry',
      4,
      'link-broken',
    ],
    [
      `UPDATE audit_entry SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'xã 4', 'xã X'), 'UTF8'),
         hash = encode(sha256(convert_to(replace(convert_from(bytes, 'UTF8'), 'xã 4', 'xã X'), 'UTF8')), 'hex') WHERE seq = 5`,
      'audit_entry',
      5,
      'checkpoint-contradicted',
    ],
    [`UPDATE audit_entry SET seq = 1000003 WHERE seq = 3`, 'audit_entry', 3, 'missing'],
    [`UPDATE audit_entry SET seq = -3 WHERE seq = 3`, 'audit_entry', 1, 'missing'],
    [`DELETE FROM audit_entry WHERE seq = 3`, 'audit_entry', 3, 'missing'],
    [`DELETE FROM audit_entry WHERE seq >= 4`, 'audit_entry', 4, 'truncated'],
    [`UPDATE audit_entry SET at = at + interval '1 ms' WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET actor_id = NULL WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET action = 'area.creates' WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET outcome = 'refused' WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET area_path = '{}' WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET area_path = NULL WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET subject_type = 'areb' WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [`UPDATE audit_entry SET subject_id = NULL WHERE seq = 3`, 'audit_entry', 3, 'column-differs'],
    [
      `UPDATE audit_checkpoint SET hash = 'f' || substr(hash, 2, 62) || '_'`,
      'audit_checkpoint',
      5,
      'checkpoint-differs',
    ],
    [`UPDATE audit_checkpoint SET seq = 4`, 'audit_checkpoint', 4, 'checkpoint-differs'],
    [
      `UPDATE audit_checkpoint SET created_at = created_at + interval '1 ms'`,
      'audit_checkpoint',
      5,
      'checkpoint-differs',
    ],
    [
      `UPDATE audit_checkpoint SET jws = left(jws, -4) || translate(substr(right(jws, 4), 1, 1), 'ABab', 'BAba') || 'zzz'`,
      'audit_checkpoint',
      5,
      'checkpoint-signature',
    ],
    [`INSERT INTO audit_drop VALUES (gen_random_uuid(), 1, 2, 'x', 'x', now())`, 'audit_drop', 2, 'drop-broken'],
  ])('%s', async (sql, table, seq, fault) => {
    await write(5)
    await checkpoints.make()
    await write(1)
    expect(await verify()).toMatchObject({ ok: true, entries: 6 })
    await forge(sql)
    expect(await verify()).toMatchObject({
      ok: false,
      table,
      seq,
      fault: typeof fault === 'string' ? fault : expect.stringMatching(fault),
    })
  })

  it('a tail that was cut off with its checkpoint is found by a head that was kept outside', async () => {
    await write(3)
    await checkpoints.make()
    const head = await db.prisma.auditEntry.findUniqueOrThrow({ where: { seq: 3 } })
    await forge('DELETE FROM audit_entry WHERE seq = 3; DELETE FROM audit_checkpoint')
    expect(await verify()).toMatchObject({ ok: true, entries: 2 })
    expect(await verify(head)).toMatchObject({ ok: false, seq: 3, fault: 'truncated' })
    clock.advance(5_000)
    await write(2)
    expect(await verify(head)).toMatchObject({ ok: false, seq: 3, fault: 'head-contradicted' })
  })

  it('a checkpoint that somebody else signed is none', async () => {
    await write(1)
    const other = createSigner(generateKeyPairSync('ed25519').privateKey)
    await openCheckpoints(other).make()
    expect(await verify()).toMatchObject({ ok: false, seq: 1, fault: 'checkpoint-signature' })
  })
})

describe('what was signed before is looked at before anything more is signed', () => {
  /** Deletes the checkpoints from `from` on, and writes all entries from there on anew, so that they fit each other. */
  async function rewriteFrom(from: number): Promise<void> {
    await forge(`DELETE FROM audit_checkpoint WHERE seq >= ${from}`)
    const entries = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    let head = { seq: 0, hash: CHAIN_START }
    for (const entry of entries) {
      const body = readBody(entry.bytes)
      if (typeof body === 'string') expect.fail(body)
      const { v: _v, seq: _seq, prevHash: _prevHash, ...rest } = body
      const sealed = sealEntry(head, entry.seq < from ? rest : { ...rest, actorName: 'somebody else' })
      head = { seq: sealed.body.seq, hash: sealed.hash }
      const bytes = Buffer.from(sealed.bytes).toString('hex')
      await db.asOwner(
        `UPDATE audit_entry SET hash = '${sealed.hash}', bytes = '\\x${bytes}' WHERE seq = ${sealed.body.seq}`,
      )
    }
  }

  it.each(['running', 'restarted'])(
    'a %s server does not sign a trail that was rewritten from an entry on',
    async (how) => {
      await write(2)
      await checkpoints.make()
      await write(3)
      await checkpoints.make()
      expect((await stat(headFile)).mode & 0o777).toBe(0o600)
      await rewriteFrom(4)
      await write(1)
      // Read without what the server knows, it fits.
      expect(await verify()).toMatchObject({ ok: true, entries: 6, newestCheckpoint: { seq: 2 }, unsigned: 4 })
      const kept = await keepSignedHead(headFile).read()
      expect(await verify(typeof kept === 'object' ? kept : undefined)).toMatchObject({
        seq: 5,
        fault: 'head-contradicted',
      })
      reported.length = 0
      await (how === 'running' ? checkpoints : openCheckpoints()).make()
      expect(reported).toEqual([expect.stringMatching(/^audit-broken signed was 5:.*the hash is/)])
      expect(await db.prisma.auditCheckpoint.count()).toBe(1)
    },
  )

  it.each([
    ['DELETE FROM audit_entry WHERE seq >= 4; DELETE FROM audit_checkpoint WHERE seq >= 4', 'that entry is gone'],
    ['DELETE FROM audit_entry; DELETE FROM audit_checkpoint', 'that entry is gone'],
    ['DELETE FROM audit_checkpoint', 'the newest checkpoint is gone'],
    ['DELETE FROM audit_checkpoint WHERE seq = 5', 'the newest checkpoint is 2'],
    ['UPDATE audit_entry SET bytes = set_byte(bytes, 100, 0) WHERE seq = 5', 'its bytes were changed'],
    [`UPDATE audit_checkpoint SET hash = repeat('0', 64) WHERE seq = 5`, 'the checkpoint says 0000'],
  ])('%s', async (sql, says) => {
    await write(2)
    await checkpoints.make()
    await write(3)
    await checkpoints.make()
    await forge(sql)
    const left = await db.prisma.auditCheckpoint.count()
    reported.length = 0
    await openCheckpoints().make()
    expect(reported).toEqual([expect.stringContaining(says)])
    await write(1)
    await openCheckpoints().make()
    expect(reported.every((line) => line.startsWith('audit-broken'))).toBe(true)
    expect(await db.prisma.auditCheckpoint.count()).toBe(left)
  })

  it('goes on where the file is new or behind, not where it is damaged', async () => {
    await write(2)
    await checkpoints.make()
    await rm(headFile)
    const anew = openCheckpoints()
    await anew.make()
    expect(await keepSignedHead(headFile).read()).toMatchObject({ seq: 2 })
    // Cut off between the checkpoint and the file.
    const [behind] = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    await keepSignedHead(headFile).keep({ seq: 1, hash: behind?.hash ?? '' })
    await write(1)
    await openCheckpoints().make()
    expect(await keepSignedHead(headFile).read()).toMatchObject({ seq: 3 })
    expect(reported.map((line) => line.split(' ')[0])).toEqual(['audit-checkpoint', 'audit-checkpoint'])
    await writeFile(headFile, '{')
    await openCheckpoints().make()
    expect(reported.at(-1)).toMatch(/^audit-broken .*is damaged/)
  })

  it('goes on when retention has dropped what was signed last', async () => {
    await write(2)
    await checkpoints.make()
    clock.advance(400 * DAY_MS)
    await dropPastRetention({ audit, clock, security, retentionDays: 366 })
    expect(await db.prisma.auditEntry.count()).toBe(1)
    await openCheckpoints().make()
    expect(reported.at(-1)).toMatch(/^audit-checkpoint 3:/)
  })
})

describe('retention', () => {
  const drop = (retentionDays: number) => dropPastRetention({ audit, clock, security, retentionDays })

  it('keeps everything unless it is set', async () => {
    await write(2)
    await checkpoints.make()
    clock.advance(900 * DAY_MS)
    await drop(0)
    expect(await db.prisma.auditEntry.count()).toBe(2)
  })

  it('drops whole signed stretches, says so, and what remains verifies', async () => {
    await write(3)
    await checkpoints.make()
    await write(1)
    clock.advance(400 * DAY_MS)
    await write(2)
    await checkpoints.make()
    await drop(366)
    // The fourth is old enough, but its stretch ends with the sixth, which is not.
    const [oldest] = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    expect(oldest?.seq).toBe(4)
    expect(reported.at(-1)).toMatch(/^audit-dropped 1–3:/)
    expect(await verify()).toMatchObject({ ok: true, entries: 4, droppedUpTo: 3, head: { seq: 7 } })
    const said = await db.prisma.auditEntry.findUniqueOrThrow({ where: { seq: 7 } })
    expect(readBody(said.bytes)).toMatchObject({
      action: 'audit.dropped',
      after: { firstSeq: 1, lastSeq: 3, entries: 3 },
    })

    clock.advance(400 * DAY_MS)
    await drop(366)
    expect(await verify()).toMatchObject({ ok: true, droppedUpTo: 6, head: { seq: 8 } })
    await forge(`UPDATE audit_drop SET last_hash = repeat('0', 64) WHERE last_seq = 3`)
    expect(await verify()).toMatchObject({ ok: false, table: 'audit_drop', seq: 3 })
  })

  it('is refused by the database for what is younger than a year', async () => {
    await write(1)
    await checkpoints.make()
    clock.advance(300 * DAY_MS)
    await expect(drop(100)).rejects.toThrow('younger than a year are kept')
    expect(await db.prisma.auditEntry.count()).toBe(1)
  })

  it('goes on beside others who write', async () => {
    await write(3)
    await checkpoints.make()
    clock.advance(400 * DAY_MS)
    await Promise.all([drop(366), ...Array.from({ length: 8 }, () => audit.note(system, note('beside')))])
    expect(await verify()).toMatchObject({ ok: true, entries: 9, droppedUpTo: 3 })
  })
})

describe('the start of the server', () => {
  it('is on record with its settings, and what changed since the last time', async () => {
    const start = (settings: Record<string, string | number | boolean | null>) =>
      recordStart({ db, audit, security }, { version: '1', settings })
    await start({ HTTP_PORT: 8080, ALLOW_INSECURE_ENROLMENT: false })
    await start({ HTTP_PORT: 8080, ALLOW_INSECURE_ENROLMENT: false })
    expect(reported).toEqual([])
    await start({ HTTP_PORT: 8080, ALLOW_INSECURE_ENROLMENT: true })
    expect(reported).toEqual(['settings-changed ALLOW_INSECURE_ENROLMENT'])
    const entries = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    expect(entries.map(({ action }) => action)).toEqual([
      'server.started',
      'server.started',
      'server.settings-changed',
      'server.started',
    ])
    const third = entries[2]
    expect(third === undefined ? undefined : readBody(third.bytes)).toMatchObject({
      before: { ALLOW_INSECURE_ENROLMENT: false },
      after: { ALLOW_INSECURE_ENROLMENT: true },
    })
  })
})

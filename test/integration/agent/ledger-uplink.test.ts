import { generateKeyPairSync } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { type Ledger, openLedger } from '#agent/io/ledger.ts'
import { createLedgerUplink, type LedgerUplink } from '#agent/ledger-uplink.ts'
import { type DeviceId, hashBytes, ledgerId } from '#protocol/ids.ts'
import type { LedgerAck, LedgerBatch, LedgerFact } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { createSigner, toJwk } from '#protocol/signing.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { createLedgerService, type LedgerService } from '#server/ledger/service.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { enrolDevice, makeCommuneRow, makeSubject } from '../../support/enrolled-device.ts'
import { recordSecurity } from '../../support/security.ts'
import { fact, id, makeFolder, makeLog, someBoot } from './fixtures.ts'

let db: TestDatabase
let area: { id: string; path: string[] }
let service: LedgerService

beforeAll(async () => {
  db = await createTestDatabase()
  area = await makeCommuneRow(db, systemClock)
  service = createLedgerService({
    db,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    security: recordSecurity(),
    events: createConsoleEvents(),
    link: { publish: async () => {} },
    alarms: { raiseAlarm: async () => {} },
  })
})
afterAll(() => db.close())

const open = async (stateDir: string, first: string): Promise<Ledger> => {
  const ledger = await openLedger({
    stateDir,
    firstLedgerId: ledgerId.parse(first),
    clock: systemClock,
    context: () => ({ bootId: someBoot, clock: 'trusted', targetRevision: 1 }),
    log: makeLog().log,
    onEntry: () => {},
  })
  onTestFinished(() => ledger.close())
  return ledger
}

type Sent = { readonly ledgerId: string; readonly entries: number }

/** The device's uplink against the server's ingest with its real database; only the broker between them is left out. */
async function connect(answer?: (device: DeviceId, jws: string) => Promise<LedgerAck | undefined>) {
  const device = await enrolDevice(db, systemClock, area)
  const { privateKey } = generateKeyPairSync('ed25519')
  const where = { id: device.installationId }
  await db.prisma.installation.update({ where, data: { publicKey: toJwk(privateKey).x } })
  const { log, lines } = makeLog()
  const sent: Sent[] = []
  const asked: string[] = []
  let onIdle = (): void => {}
  const wire = (own: Ledger) => {
    const uplink: LedgerUplink = createLedgerUplink({
      deviceId: device.id,
      ledger: own,
      link: {
        publish: async (_topic, payload) => {
          const jws = Buffer.from(payload).toString()
          const batch: LedgerBatch = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
          sent.push({ ledgerId: batch.ledgerId, entries: batch.entries.length })
          const ack = await (answer ?? service.ingest)(device.id, jws)
          if (ack === undefined) return
          await uplink.onAck(ack)
          if (ack.status === 'committed' && ack.seq === own.head.seq && ack.ledgerId === own.head.ledgerId) onIdle()
        },
      },
      signer: createSigner(privateKey),
      clock: systemClock,
      completeUntil: () => null,
      askAgain: () => {
        asked.push(own.head.ledgerId)
        welcome(own, uplink).catch((cause: unknown) => log.error('the welcome failed', { cause }))
      },
      log,
    })
    onTestFinished(() => uplink.stop())
    return uplink
  }
  async function welcome(own: Ledger, uplink: LedgerUplink): Promise<void> {
    const { head, isForked } = await service.standing(device.id, device.installationId, own.head, true)
    await uplink.onWelcome(head, isForked)
  }
  /** Until the server has committed the whole of the present ledger. */
  const deliver = async (own: Ledger): Promise<void> => {
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve
    })
    const uplink = wire(own)
    await welcome(own, uplink)
    await idle
    uplink.stop()
  }
  return { device, sent, asked, lines, deliver, wire }
}

const seqOf = async (ledger: string): Promise<number | undefined> =>
  (await db.prisma.ledger.findUnique({ where: { id: ledger } }))?.seq

describe('a ledger that was given up', () => {
  it('because the card damaged it is delivered up to the damage, before its successor, and nothing counts twice', async () => {
    const [stateDir, first] = [await makeFolder(), id()]
    const before = await open(stateDir, first)
    const { sent, deliver, device } = await connect()
    const play = makeSubject()
    const started: LedgerFact = { type: 'play-started', play, plannedStartAt: systemClock.now(), fromMs: 0 }
    await before.append({ type: 'boot', agentVersion: '0', cleanShutdown: true })
    await before.append(started)
    await deliver(before)
    for (const n of [3, 4, 5, 6]) await before.append(fact(n))
    await before.close()
    const file = path.join(stateDir, 'ledger', first, '0000000001.ndjson')
    const lines = (await readFile(file, 'utf8')).split('\n')
    await writeFile(file, lines.with(4, '{"rotten":').join('\n'))

    const after = await open(stateDir, first)
    const second = after.head.ledgerId
    expect(second).not.toBe(first)
    const now = systemClock.now()
    const ended = { startedAt: now, endedAt: now, heardMs: 500, volumePercent: 70, outcome: 'partial' } as const
    await after.append({ type: 'play-ended', play, ...ended, reason: 'agent-restarted' })
    sent.length = 0
    await deliver(after)
    expect(sent).toEqual([
      { ledgerId: first, entries: 2 },
      { ledgerId: second, entries: 1 },
    ])
    expect([await seqOf(first), await seqOf(second)]).toEqual([4, 1])
    expect(after.earlier[0]).toMatchObject({ pending: 0, stranded: 1 })
    const plays = await db.prisma.play.findMany({ where: { deviceId: device.id }, orderBy: { startedSeq: 'asc' } })
    expect(plays.map(({ id: playId, outcome, reason }) => [playId, outcome, reason])).toEqual([
      [play.playId, 'partial', 'agent-restarted'],
      [`${first}:3`, 'missed', 'muted'],
      [`${first}:4`, 'missed', 'muted'],
    ])

    // Delivered is delivered: at the next start nothing of it is sent again.
    await after.close()
    const again = await open(stateDir, first)
    sent.length = 0
    await again.append(fact(7))
    await deliver(again)
    expect(sent).toEqual([{ ledgerId: second, entries: 1 }])
  })

  it('because the card was put back to an earlier day is offered once: what contradicts is kept as evidence, and no loop', async () => {
    const [stateDir, copy, first] = [await makeFolder(), await makeFolder(), id()]
    const before = await open(stateDir, first)
    const { sent, asked, deliver, device, lines } = await connect()
    for (const n of [1, 2]) await before.append(fact(n))
    await deliver(before)
    await before.close()
    await cp(stateDir, copy, { recursive: true })
    const ahead = await open(stateDir, first)
    for (const n of [3, 4]) await ahead.append(fact(n))
    await deliver(ahead)

    const back = await open(copy, first)
    for (const n of [5, 6, 7]) await back.append(fact(n))
    sent.length = 0
    await deliver(back)
    const second = back.head.ledgerId
    expect(second).not.toBe(first)
    expect(asked).toEqual([second])
    // The present ledger is empty and was said so; the earlier one was offered before it, once.
    expect(sent.map((each) => each.ledgerId)).toEqual([first, second])
    await back.append(fact(8))
    await deliver(back)
    expect(await seqOf(second)).toBe(1)
    expect(await seqOf(first)).toBe(4)
    const evidence = await db.prisma.ledgerQuarantine.findMany({ where: { ledgerId: first }, orderBy: { seq: 'asc' } })
    expect(evidence.map(({ seq }) => seq)).toEqual([3, 4, 5])
    expect(await db.prisma.play.count({ where: { deviceId: device.id } })).toBe(5)
    expect(lines.join()).toContain('stays on the card')
  })

  it('and that the server asks for again and again stands back for the present one', async () => {
    const [stateDir, first] = [await makeFolder(), id()]
    const ledger = await open(stateDir, first)
    for (const n of [1, 2]) await ledger.append(fact(n))
    await ledger.beginNew()
    await ledger.append(fact(3))
    const { sent, deliver } = await connect(async (device, jws) => {
      if (sent.at(-1)?.ledgerId !== first) return service.ingest(device, jws)
      return { ledgerId: ledgerId.parse(first), seq: 0, hash: emptyLedgerHash, status: 'gap' }
    })
    await deliver(ledger)
    expect(sent).toEqual([
      { ledgerId: first, entries: 2 },
      { ledgerId: ledger.head.ledgerId, entries: 1 },
    ])
    expect(ledger.earlier[0]?.pending).toBe(2)
  })
})

describe('a doubt about the present ledger', () => {
  it('in an acknowledgement, which nobody signs, only makes the device ask; the signed welcome decides', async () => {
    const [stateDir, first] = [await makeFolder(), id()]
    const ledger = await open(stateDir, first)
    for (const n of [1, 2]) await ledger.append(fact(n))
    const asked: string[] = []
    const uplink = createLedgerUplink({
      deviceId: (await enrolDevice(db, systemClock, area)).id,
      ledger,
      link: { publish: async () => {} },
      signer: createSigner(generateKeyPairSync('ed25519').privateKey),
      clock: systemClock,
      completeUntil: () => null,
      askAgain: () => void asked.push(ledger.head.ledgerId),
      log: makeLog().log,
    })
    onTestFinished(() => uplink.stop())
    const own = ledger.head
    await uplink.onWelcome({ ...own, seq: 0, hash: hashBytes('') }, false)
    const doubts: LedgerAck[] = [
      { ...own, status: 'forked' },
      { ...own, seq: 9, status: 'committed' },
      { ...own, seq: 1, hash: hashBytes('another'), status: 'gap' },
      { ...own, status: 'refused' },
    ]
    for (const doubt of doubts) await uplink.onAck(doubt)
    expect(ledger.head).toEqual(own)
    expect(ledger.earlier).toEqual([])
    // However many doubts: one question.
    expect(asked).toEqual([first])

    // The signed word is that all is well: it stays.
    await uplink.onWelcome(own, false)
    expect(ledger.head).toEqual(own)
    // And now that it is not: a new one is begun, the first time at once.
    await uplink.onWelcome(own, true)
    expect(ledger.head).toMatchObject({ seq: 0 })
    expect(ledger.head.ledgerId).not.toBe(first)
    expect(asked).toEqual([first, ledger.head.ledgerId])
    // Never several in a row.
    const second = ledger.head.ledgerId
    await uplink.onWelcome(ledger.head, true)
    expect(ledger.head.ledgerId).toBe(second)
    expect(ledger.earlier.length).toBe(1)
  })
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { areaId, connectionId, type DeviceId, newId } from '#protocol/ids.ts'
import { ledgerAck } from '#protocol/ledger.ts'
import { type DeviceState, type Hello, type Welcome, welcome as welcomeSchema } from '#protocol/link.ts'
import { verifySigned } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { toDate } from '#server/clock.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { acknowledgeAlarm } from '#server/devices/alarms/store.ts'
import { createBrokerDesk } from '#server/devices/broker-desk.ts'
import { CONNECTION_RETENTION_MS } from '#server/devices/presence/rules.ts'
import { createPresenceService, type PresenceService } from '#server/devices/presence/service.ts'
import { recoverKey } from '#server/keys/rotate.ts'
import type { ServerKeys } from '#server/keys.ts'
import { createLedgerService, type LedgerService } from '#server/ledger/service.ts'
import { type EmbeddedBroker, openEmbeddedBroker } from '#server/mqtt/embedded.ts'
import { createUplinkRouter, type UplinkRouter } from '#server/mqtt/router.ts'
import { createTestClock } from '../../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type EnrolledDevice, enrolDevice, makeCommuneRow, type TestLedger } from '../../support/enrolled-device.ts'
import { makeTestKeys } from '../../support/keys.ts'
import { openDevice, type RawMqtt } from '../../support/raw-mqtt.ts'
import { recordSecurity } from '../../support/security.ts'

const clock = createTestClock()
const log = pino({ level: 'silent' })
const security = recordSecurity()
const events = createConsoleEvents()
let db: TestDatabase
let keysDir: string
let keys: ServerKeys
let area: { id: string; path: string[] }

let broker: EmbeddedBroker
let port: number
let router: UplinkRouter
let presence: PresenceService
let ledgers: LedgerService
let asked: string[]
/** Devices whose account on the broker was ended. */
let ended: string[]
const brokerAccounts = { create: async () => {}, revoke: async (id: string) => void ended.push(id) }
/** While set, no welcome goes on before it resolves. */
let hold: Promise<void> | undefined
let device: EnrolledDevice
let ledger: TestLedger
let client: RawMqtt

beforeAll(async () => {
  db = await createTestDatabase()
  keysDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-keys-'))
  keys = await makeTestKeys(keysDir)
  area = await makeCommuneRow(db, clock)
})
afterAll(async () => {
  await db.close()
  await rm(keysDir, { recursive: true })
})

/** A server of broker, presence and ledger, as after a restart. */
async function startServer(): Promise<void> {
  asked = []
  ended = []
  hold = undefined
  broker = await openEmbeddedBroker({
    plain: { host: '127.0.0.1', port: 0 },
    verifyDevice: async (id, secret) => id === device.id && secret === device.secret,
    log,
    security,
    clock,
  })
  presence = createPresenceService({
    db,
    clock,
    log,
    security,
    events,
    keys,
    link: broker,
    desk: createBrokerDesk({ db, log, link: broker, brokerAccounts }),
    delivery: {
      onHello: async (id: DeviceId, hello: Hello) => {
        asked.push(`hello ${id} ${hello.targetRevision}`)
        await hold
        return { wantedRevision: 7 }
      },
      afterWelcome: async (id) => void asked.push(`welcomed ${id}`),
    },
    ledger: { standing: (...asked) => ledgers.standing(...asked) },
    alerts: { inForce: async () => [] },
    flushDelayMs: 1,
  })
  ledgers = createLedgerService({ db, clock, log, security, events, link: broker, alarms: presence })
  router = createUplinkRouter({
    log,
    security,
    handlers: { ...presence.handlers, ...ledgers.handlers, clips: async () => {}, 'clip-get': async () => {} },
  })
  port = (await broker.listen(router.accept)).port
}
async function stopServer(): Promise<void> {
  await broker.close()
  await settle()
  await presence.close()
}
async function settle(): Promise<void> {
  await router.idle()
  await presence.flush()
  await ledgers.flush()
}
async function connect(): Promise<RawMqtt> {
  const connected = await openDevice(port, device.id, device.secret)
  await connected.subscribe(
    deviceTopic(device.id, 'welcome'),
    deviceTopic(device.id, 'ledger-ack'),
    alertTopic(areaId.parse(area.id)),
  )
  return connected
}
async function readWelcome(): Promise<Welcome> {
  const { payload } = await client.next('publish')
  const read = await verifySigned('welcome', welcomeSchema, [keys.publicKey], payload.toString())
  if (!read.ok) throw new Error(read.error)
  return read.value
}
const say = (kind: 'hello' | 'state' | 'ledger', message: object | string): void =>
  client.publish(deviceTopic(device.id, kind), typeof message === 'string' ? message : JSON.stringify(message), {
    qos: 1,
  })
async function sayAndSettle(kind: 'hello' | 'state', message: object): Promise<void> {
  say(kind, message)
  await client.next('puback')
  await settle()
}
const readRow = () => db.prisma.devicePresence.findUniqueOrThrow({ where: { deviceId: device.id } })
const alarmsInForce = async () =>
  (await db.prisma.deviceAlarm.findMany({ where: { deviceId: device.id, state: 'raised' } }))
    .map((one) => one.code)
    .sort()

beforeEach(async () => {
  clock.advance(3_600_000)
  device = await enrolDevice(db, clock, area)
  ledger = device.beginLedger()
  await startServer()
  client = await connect()
})
afterEach(async () => {
  client.end()
  await stopServer()
})

describe('hello', () => {
  it('is answered with a signed welcome, and delivery is told', async () => {
    const hello = device.hello(ledger, {
      targetRevision: 3,
      clock: { at: instantMs.parse(clock.now() + 2_500), state: 'trusted', monotonicMs: 1 },
    })
    say('hello', hello)
    expect(await readWelcome()).toEqual({
      version: 1,
      audience: device.id,
      nonce: hello.nonce,
      serverTime: clock.now(),
      wantedRevision: 7,
      ledger: { ledgerId: ledger.id, seq: 0, hash: '0'.repeat(64) },
      ledgerForked: false,
      ledgerRefused: false,
      keyChain: keys.chain,
      alerts: [],
    })
    await settle()
    expect(asked).toEqual([`hello ${device.id} 3`, `welcomed ${device.id}`])
    expect(await readRow()).toMatchObject({
      online: true,
      since: toDate(clock.now()),
      clockOffsetMs: 2_500,
      connectionId: hello.connectionId,
      hello: JSON.parse(JSON.stringify(hello)),
    })
  })

  it('is answered once more, with the chain, when another key signs: also while the device stays connected', async () => {
    const hello = device.hello(ledger)
    say('hello', hello)
    await readWelcome()
    await settle()
    asked.length = 0
    const before = keys.publicKey
    const recovery = await readFile(path.join(keysDir, 'recovery-key.pem'), 'utf8')
    expect(await recoverKey(keysDir, recovery, clock.now())).toMatchObject({ ok: true })
    expect(await keys.reload()).toBe(true)
    expect(keys.publicKey).not.toEqual(before)
    await presence.tellKeys()
    // Signed with the new key, as an answer to what the device has said.
    const welcome = await readWelcome()
    expect(welcome).toMatchObject({ nonce: hello.nonce, audience: device.id })
    expect(welcome.keyChain).toEqual(keys.chain)
    expect(asked).not.toContain(`welcomed ${device.id}`)
    await settle()
    expect(await alarmsInForce()).toEqual([])
  })

  it('tells how far the ledger is committed, and that it is forked', async () => {
    ledger.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    say('ledger', await ledger.batch())
    expect(ledgerAck.parse(JSON.parse((await client.next('publish')).payload.toString()))).toMatchObject({
      seq: 1,
      status: 'committed',
    })
    say('hello', device.hello(ledger))
    expect(await readWelcome()).toMatchObject({ ledger: ledger.head(), ledgerForked: false })
    const other = device.beginLedger(ledger.id)
    other.write({ type: 'boot', agentVersion: 'other', cleanShutdown: true })
    say('ledger', await other.batch())
    expect(ledgerAck.parse(JSON.parse((await client.next('publish')).payload.toString()))).toMatchObject({
      status: 'forked',
    })
    say('hello', device.hello(ledger))
    expect(await readWelcome()).toMatchObject({ ledgerForked: true })
    await settle()
    expect(await alarmsInForce()).toEqual(['ledger-forked'])
    await sayAndSettle('state', device.state())
    expect(await alarmsInForce()).toEqual(['ledger-forked'])
  })

  it('from other hardware raises an alarm, is not welcomed, and cut off', async () => {
    say('hello', device.hello(ledger, { hardwareSerial: 'a copy of the card' }))
    await client.closed
    await settle()
    expect(asked).toEqual([])
    expect(await alarmsInForce()).toEqual(['hardware-changed'])
    expect(security.reported.at(-1)).toMatchObject({ code: 'hardware-changed', facts: { deviceId: device.id } })
    // The right hardware plays on; what the copy did stays to be acknowledged.
    client = await connect()
    say('hello', device.hello(ledger))
    await readWelcome()
    await settle()
    expect(await alarmsInForce()).toEqual(['hardware-changed'])
  })

  it.each([
    ['goes on', false],
    ['comes back', true],
  ])('from other hardware that %s after its alarm was acknowledged: a new alarm is %s', async (_name, isAnew) => {
    const sayFromCopy = async (): Promise<void> => {
      say('hello', device.hello(ledger, { hardwareSerial: 'a copy of the card' }))
      await client.closed
      await settle()
      client = await connect()
    }
    await sayFromCopy()
    const alarm = await db.prisma.deviceAlarm.findFirstOrThrow({ where: { deviceId: device.id } })
    const by = { accountId: newId(clock.now()), at: toDate(clock.now()) }
    if (isAnew) await sayAndSettle('hello', device.hello(ledger))
    expect(await acknowledgeAlarm(db.prisma, { id: alarm.id, deviceId: device.id }, by)).toMatchObject({ isNew: true })
    expect(await alarmsInForce()).toEqual([])
    await sayFromCopy()
    expect(await alarmsInForce()).toEqual(isAnew ? ['hardware-changed'] : [])
    say('hello', device.hello(ledger, { hardwareSerial: 'another copy' }))
    await client.closed
    await settle()
    client = await connect()
    expect((await alarmsInForce()).length).toBe(isAnew ? 2 : 1)
  })

  it('from ever more hardware does not fill the database', async () => {
    for (let i = 0; i < 25; i++) await presence.raiseAlarm(device.id, 'hardware-changed', '', `serial ${i}`)
    expect((await alarmsInForce()).length).toBe(20)
  })

  it.each([
    ['another end', 2, 'another history', true],
    ['fewer entries than it delivered', 1, '0.1.0', true],
    ['more entries than it delivered', 3, '0.1.0', false],
  ])('with a ledger that has %s', async (_name, count, agentVersion, isFork) => {
    for (let i = 0; i < 2; i++) ledger.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    expect(await ledgers.ingest(device.id, await ledger.batch())).toMatchObject({ seq: 2, status: 'committed' })
    const now = device.beginLedger(ledger.id)
    for (let i = 0; i < count; i++) now.write({ type: 'boot', agentVersion, cleanShutdown: true })
    for (const monotonicMs of [2_000, 3_000]) {
      say('hello', device.hello(now, { clock: { at: clock.now(), state: 'trusted', monotonicMs } }))
      expect(await readWelcome()).toMatchObject({ ledger: { seq: 2 }, ledgerForked: isFork, ledgerRefused: false })
      await settle()
      expect(await alarmsInForce()).toEqual(isFork ? ['ledger-forked'] : [])
    }
    // On the server's signed word it begins a new one: that ends nothing, and is no second alarm.
    const fresh = device.beginLedger()
    fresh.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    if (isFork) expect(await ledgers.ingest(device.id, await fresh.batch())).toMatchObject({ status: 'committed' })
    expect(await alarmsInForce()).toEqual(isFork ? ['ledger-forked'] : [])
  })

  it('that arrives once more, after what was written since was delivered, accuses nobody', async () => {
    const old = device.hello(ledger)
    await sayAndSettle('hello', old)
    ledger.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    await ledgers.ingest(device.id, await ledger.batch())
    await sayAndSettle('hello', old)
    expect(await alarmsInForce()).toEqual([])
  })

  it('of a revoked installation is not welcomed', async () => {
    await db.prisma.installation.update({
      where: { id: device.installationId },
      data: { revokedAt: toDate(clock.now()) },
    })
    say('hello', device.hello(ledger))
    await client.closed
    await settle()
    expect(asked).toEqual([])
    // A broker that missed the revocation has let it in: there it ends now.
    expect(ended).toEqual([device.id])
  })

  it('sent by the hundred is answered one at a time, and of those that wait only the newest', async () => {
    let goOn = (): void => {}
    hold = new Promise((resolve) => {
      goOn = resolve
    })
    const hellos = Array.from({ length: 50 }, (_, i) => device.hello(ledger, { targetRevision: i }))
    for (const hello of hellos) {
      say('hello', hello)
      await client.next('puback')
    }
    await router.idle()
    expect(asked).toEqual([`hello ${device.id} 0`])
    goOn()
    expect((await readWelcome()).nonce).toBe(hellos[0]?.nonce)
    expect((await readWelcome()).nonce).toBe(hellos[49]?.nonce)
    await settle()
    expect(asked.filter((one) => one.startsWith('hello'))).toEqual([`hello ${device.id} 0`, `hello ${device.id} 49`])
  })

  it('that does not decode is dropped, and the next one answered', async () => {
    for (const bad of ['{}', 'no json', JSON.stringify({ ...device.hello(ledger), nonce: 7 })]) say('hello', bad)
    say('hello', device.hello(ledger, { agentVersion: 'odd\u0000\ud800' }))
    await readWelcome()
    await settle()
    expect(router.counts()).toMatchObject({ undecodable: 3, handled: 1 })
    expect(await readRow()).toMatchObject({ hello: { agentVersion: 'odd\ufffd' } })
  })
})

describe('state', () => {
  it('of a revoked installation counts for nothing, and cuts it off', async () => {
    await db.prisma.installation.update({
      where: { id: device.installationId },
      data: { revokedAt: toDate(clock.now()) },
    })
    say('state', device.state())
    await client.closed
    await settle()
    expect(await db.prisma.devicePresence.findUnique({ where: { deviceId: device.id } })).toBeNull()
    expect(ended).toEqual([device.id])
  })

  it('that tells of refused messages is told to the SOC: each one once, by what was wrong with it', async () => {
    await sayAndSettle('hello', device.hello(ledger))
    const toldOf = async (refused: DeviceState['refused']): Promise<unknown[]> => {
      const before = security.reported.length
      await sayAndSettle('state', device.state({ refused }))
      return security.reported.slice(before).map(({ code, facts }) => [code, facts.deviceId, facts.detail])
    }
    expect(await toldOf({})).toEqual([])
    expect(await toldOf({ 'bad-signature': 2, replay: 1 })).toEqual([
      ['signature-refused', device.id, 'the device refused 2 (bad-signature)'],
      ['replay-refused', device.id, 'the device refused 1 (replay)'],
    ])
    expect(await toldOf({ 'bad-signature': 2, replay: 1 })).toEqual([])
    expect(await toldOf({ 'bad-signature': 3, replay: 1 })).toEqual([
      ['signature-refused', device.id, 'the device refused 1 (bad-signature)'],
    ])
    // It was restarted, and counts anew.
    expect(await toldOf({ expired: 1 })).toEqual([['replay-refused', device.id, 'the device refused 1 (expired)']])
  })

  it('is kept, told to the consoles when a person would see it, and survives a restart', async () => {
    const told: string[] = []
    const stop = events.subscribe((_sequence, event) => told.push(`${event.kind} ${'id' in event ? event.id : ''}`))
    await sayAndSettle('hello', device.hello(ledger))
    await sayAndSettle('state', device.state())
    told.length = 0
    clock.advance(60_000)
    await sayAndSettle('state', device.state())
    expect(told).toEqual([])
    await sayAndSettle('state', device.state({ muted: true }))
    expect(told).toEqual([`devices ${device.id}`])
    stop()
    expect(await readRow()).toMatchObject({ online: true, lastSeenAt: toDate(clock.now()), state: { muted: true } })
    await stopServer()
    await startServer()
    expect(await presence.onlineAmong([device.id])).toEqual([device.id])
    await presence.forgetConnections()
    expect(await presence.onlineAmong([device.id])).toEqual([])
  })

  it('turns offline by the last will of this connection only', async () => {
    const hello = device.hello(ledger)
    await sayAndSettle('hello', hello)
    const stranger = (await enrolDevice(db, clock, area)).state().connectionId
    await sayAndSettle('state', device.state({ status: 'offline', connectionId: stranger }))
    expect(await presence.onlineAmong([device.id])).toEqual([device.id])
    clock.advance(1_000)
    await sayAndSettle('state', device.state({ status: 'offline' }))
    expect(await presence.onlineAmong([device.id])).toEqual([])
    expect(await readRow()).toMatchObject({ online: false, since: toDate(clock.now()), hello: { nonce: hello.nonce } })
  })

  it('raises and clears alarms', async () => {
    await sayAndSettle('state', device.state({ alarms: ['disk-full', 'clock-untrusted'] }))
    expect(await alarmsInForce()).toEqual(['clock-untrusted', 'disk-full'])
    await sayAndSettle('state', device.state({ alarms: ['disk-full'] }))
    await sayAndSettle('state', device.state({ alarms: ['disk-full'] }))
    expect(await alarmsInForce()).toEqual(['disk-full'])
    await sayAndSettle('state', device.state())
    expect(await alarmsInForce()).toEqual([])
    expect(await db.prisma.deviceAlarm.count({ where: { deviceId: device.id } })).toBe(2)
  })

  it('that stays away for too long counts as offline', async () => {
    await sayAndSettle('state', device.state())
    const last = clock.now()
    clock.advance(4 * 60_000)
    await presence.sweepSilent()
    expect(await presence.onlineAmong([device.id])).toEqual([device.id])
    clock.advance(60_001)
    await presence.sweepSilent()
    expect(await readRow()).toMatchObject({ online: false, since: toDate(last) })
  })
})

describe('connections', () => {
  const readConnections = async () =>
    (await db.prisma.deviceConnection.findMany({ where: { deviceId: device.id }, orderBy: { beganAt: 'asc' } })).map(
      ({ connectionId: id, beganAt, endedAt, bootId }) => ({ id, beganAt, endedAt, bootId }),
    )
  const nextId = (): Hello['connectionId'] => connectionId.parse(newId(clock.now()))

  it('are on record from the hello to the will, to the next one, and to the end of the server', async () => {
    const first = device.hello(ledger)
    const [firstAt, boot] = [toDate(clock.now()), first.bootId]
    await sayAndSettle('hello', first)
    await sayAndSettle('state', device.state())
    clock.advance(60_000)
    const second = nextId()
    const secondAt = toDate(clock.now())
    await sayAndSettle('hello', device.hello(ledger, { connectionId: second }))
    // The will of the one before comes late, and ends nothing.
    await sayAndSettle('state', device.state({ status: 'offline' }))
    clock.advance(60_000)
    const willAt = toDate(clock.now())
    await sayAndSettle('state', device.state({ status: 'offline', connectionId: second }))
    const [third, thirdAt] = [nextId(), toDate(clock.now())]
    await sayAndSettle('state', device.state({ connectionId: third }))
    expect(await readConnections()).toEqual([
      { id: first.connectionId, beganAt: firstAt, endedAt: secondAt, bootId: boot },
      { id: second, beganAt: secondAt, endedAt: willAt, bootId: boot },
      { id: third, beganAt: thirdAt, endedAt: null, bootId: null },
    ])
    clock.advance(60_000)
    const stoppedAt = toDate(clock.now())
    await stopServer()
    expect((await readConnections())[2]).toMatchObject({ id: third, endedAt: stoppedAt })
    await startServer()
  })

  it('that a killed server left open end at their last sign of life, and go on when they are heard again', async () => {
    await sayAndSettle('state', device.state())
    const lastAt = toDate(clock.now())
    await db.asOwner('UPDATE device_connection SET ended_at = NULL, began_at = began_at - interval $$1 hour$$')
    const gone = nextId()
    await db.prisma.deviceConnection.create({ data: { deviceId: device.id, connectionId: gone, beganAt: lastAt } })
    await stopServer()
    await db.asOwner('UPDATE device_connection SET ended_at = NULL')
    await startServer()
    await presence.closeFormerConnections()
    const ends = (await readConnections()).map(({ id, endedAt }) => [id, endedAt])
    expect(new Map(ends.map(([id, endedAt]) => [id, endedAt]))).toEqual(
      new Map([
        [device.state().connectionId, lastAt],
        [gone, lastAt],
      ]),
    )
    client = await connect()
    await sayAndSettle('state', device.state())
    expect(await db.prisma.deviceConnection.count({ where: { deviceId: device.id, endedAt: null } })).toBe(1)
  })

  it('are dropped past their retention', async () => {
    await sayAndSettle('state', device.state())
    await sayAndSettle('state', device.state({ status: 'offline' }))
    clock.advance(CONNECTION_RETENTION_MS)
    await presence.sweepConnections()
    expect(await readConnections()).toHaveLength(1)
    clock.advance(1)
    await presence.sweepConnections()
    expect(await readConnections()).toEqual([])
  })

  it('named anew with each message are not all kept', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 50; i++) say('state', device.state({ connectionId: nextId() }))
      for (let i = 0; i < 50; i++) await client.next('puback')
      await settle()
    }
    expect(await readConnections()).toHaveLength(100)
  })
})

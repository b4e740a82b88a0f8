import { generateKeyPairSync } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bootId, connectionId, type DeviceId, hashBytes, ledgerId, sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Hello } from '#protocol/link.ts'
import { createSigner, toJwk, verifySigned } from '#protocol/signing.ts'
import { dayPlan, type TargetManifest, targetManifest } from '#protocol/target.ts'
import { parseTopic } from '#protocol/topics.ts'
import { createAudit } from '#server/audit/audit.ts'
import type { Actor } from '#server/auth/rules.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { type ConsoleEvent, createConsoleEvents } from '#server/console-events.ts'
import { createDeliveryService, type DeliveryService } from '#server/delivery/service.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { readKeptTarget } from '../../support/kept-target.ts'
import { type RecordedSecurity, recordSecurity } from '../../support/security.ts'
import { createTestClock, createWorld, type TestArea, type World } from '../broadcasts/world.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = createSigner(privateKey)
const log = pino({ level: 'silent' })
const clock = createTestClock('2026-11-24T00:00:00Z')

let db: TestDatabase
let world: World
let commune: TestArea
let village: TestArea
let editor: Actor
let near: { id: DeviceId }
let far: { id: DeviceId }
let delivery: DeliveryService
let sent: { id: string; manifest: TargetManifest }[]
let events: ConsoleEvent[]
let security: RecordedSecurity
const online = new Set<string>()
let isLinkUp = true

/** Takes targets over and checks them as a device does. */
const link = {
  async publish(topic: string, payload: Uint8Array) {
    const parsed = parseTopic(topic)
    if (parsed?.scope !== 'device' || parsed.kind !== 'target') throw new Error(`published to ${topic}`)
    if (!isLinkUp) throw new LinkError('not-connected', 'the test cut it')
    const jws = Buffer.from(payload).toString()
    const verified = await verifySigned('target', targetManifest, [toJwk(publicKey)], jws)
    if (!verified.ok) throw new Error(verified.error)
    expect(hashBytes(JSON.stringify(verified.value.content))).toBe(verified.value.contentHash)
    sent.push({ id: parsed.deviceId, manifest: verified.value })
  },
}

function createServices(onDelivery = delivery) {
  const deps = {
    db,
    clock,
    log,
    events: createConsoleEvents(),
    zone: 'Asia/Ho_Chi_Minh',
    horizonDays: 14,
    audit: createAudit({ db, clock }),
    plan: onDelivery.plan,
    commands: { stopOccurrence: async () => {} },
  }
  return { broadcasts: createBroadcastsService(deps), occurrences: createOccurrencesService(deps) }
}

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

beforeEach(async () => {
  clock.set('2026-11-24T00:00:00Z')
  online.clear()
  isLinkUp = true
  sent = []
  world = createWorld(db, clock)
  const province = await world.area('province')
  commune = await world.area('commune', province)
  village = await world.area('village', commune)
  editor = await world.account(commune, 'editor')
  near = await world.device(village)
  far = await world.device(await world.area('commune', province))
  const consoleEvents = createConsoleEvents()
  const heard: ConsoleEvent[] = []
  events = heard
  consoleEvents.subscribe((_sequence, event) => heard.push(event))
  security = recordSecurity()
  delivery = createDeliveryService({
    db,
    clock,
    log,
    security,
    events: consoleEvents,
    signer,
    link,
    horizonDays: 14,
    clips: { transport: 'mqtt', baseUrl: null },
    onlineAmong: async (ids) => ids.filter((id) => online.has(id)),
    batch: 2,
  })
  await delivery.compileAll()
})

async function plan() {
  const bulletin = await world.bulletin(commune, editor)
  const programme = await world.programme(commune, [bulletin])
  const { row } = await createServices().broadcasts.create(editor, {
    programmeId: programme.id,
    areaId: commune.id,
    priority: 'normal',
    rule: 'FREQ=DAILY',
    firstDate: '2026-11-24',
    localTimes: ['08:00'],
    extraDates: [],
    exceptDates: [],
    lastDate: null,
  })
  await delivery.settled()
  return { id: row.id, bulletin }
}

const target = (id: string) => readKeptTarget(db, id)
const revisionOf = async (id: string) =>
  (await db.prisma.deviceTarget.findUniqueOrThrow({ where: { deviceId: id } })).revision

async function goOnline(id: DeviceId, heldRevision: number): Promise<void> {
  online.add(id)
  const row = {
    connectionId: world.draw(),
    online: true,
    since: new Date(clock.now()),
    lastSeenAt: new Date(clock.now()),
    hello: { targetRevision: heldRevision },
  }
  await db.prisma.devicePresence.upsert({ where: { deviceId: id }, update: row, create: { ...row, deviceId: id } })
}

function hello(targetRevision: number, targetHash: string | null): Hello {
  return {
    version: 1,
    nonce: 'n'.repeat(16),
    connectionId: connectionId.parse(world.draw()),
    bootId: bootId.parse(world.draw()),
    targetRevision,
    targetHash: targetHash === null ? null : sha256.parse(targetHash),
    ledger: { ledgerId: ledgerId.parse(world.draw()), seq: 0, hash: sha256.parse('0'.repeat(64)) },
    clock: { at: clock.now(), state: 'trusted', monotonicMs: 0 },
    agentVersion: '0.1.0',
    capabilities: [],
    hardwareSerial: 'x',
  }
}

describe('a change of the plan', () => {
  it('raises the revision of the devices that it concerns, and sends it to those that are online', async () => {
    await goOnline(near.id, 1)
    const asleep = await world.device(commune)
    await plan()
    expect([await revisionOf(near.id), await revisionOf(asleep.id), await revisionOf(far.id)]).toEqual([2, 1, 1])
    expect(sent.map(({ id, manifest }) => [id, manifest.revision])).toEqual([[near.id, 2]])
    const content = sent[0]?.manifest.content
    expect(content).toMatchObject({ deviceId: near.id, areas: village.path, timeZone: 'Asia/Ho_Chi_Minh' })
    expect(content?.days).toHaveLength(14)
    const [first] = content?.days ?? []
    const kept = await db.prisma.dayPlan.findUniqueOrThrow({ where: { sha256: first?.plan.sha256 ?? '' } })
    expect(hashBytes(kept.bytes)).toBe(first?.plan.sha256)
    expect(dayPlan.parse(JSON.parse(Buffer.from(kept.bytes).toString())).occurrences).toHaveLength(1)
  })

  it('is compiled once when it is told many times', async () => {
    const { bulletin } = await plan()
    await db.prisma.bulletinRevision.updateMany({ where: { bulletinId: bulletin.id }, data: { state: 'returned' } })
    for (let i = 0; i < 20; i++) delivery.plan.areaChanged(commune.id)
    delivery.plan.deviceChanged(near.id)
    await delivery.settled()
    expect(await revisionOf(near.id)).toBe(3)
    expect((await target(near.id)).content).toMatchObject({ days: [] })
  })

  it('of one device concerns that device only', async () => {
    await plan()
    const neighbour = await world.device(village)
    delivery.plan.deviceChanged(neighbour.id)
    await db.prisma.device.update({ where: { id: near.id }, data: { volumePercent: 35 } })
    delivery.plan.deviceChanged(near.id)
    await delivery.settled()
    const [changed, other] = [await target(near.id), await target(neighbour.id)]
    expect([changed.revision, changed.content]).toMatchObject([3, { volumePercent: 35 }])
    expect(other).toMatchObject({ revision: 1, content: { volumePercent: 80 } })
    expect(other.content.days).toEqual(changed.content.days)
  })

  it('leaves a device that was taken out of service alone', async () => {
    await db.prisma.device.update({ where: { id: near.id }, data: { retiredAt: new Date(clock.now()) } })
    await plan()
    expect(await revisionOf(near.id)).toBe(1)
  })
})

describe('the tick', () => {
  it('changes nothing while nothing changes, not even when an occurrence begins and ends', async () => {
    await plan()
    const { occurrences } = createServices()
    const before = await target(near.id)
    for (const instant of [
      '2026-11-24T00:59:59Z',
      '2026-11-24T01:00:00Z',
      '2026-11-24T01:30:00Z',
      '2026-11-24T16:59:59Z',
    ]) {
      clock.set(instant)
      await occurrences.advance()
      await delivery.tick()
      await delivery.settled()
    }
    expect(await db.prisma.occurrence.count({ where: { areaId: commune.id } })).toBe(1)
    expect(await target(near.id)).toEqual(before)
  })

  it('moves the window at local midnight', async () => {
    await plan()
    clock.set('2026-11-24T17:00:00Z')
    await delivery.tick()
    await delivery.settled()
    expect(await target(near.id)).toMatchObject({
      revision: 3,
      content: { horizonEndsAt: Date.parse('2026-12-08T17:00:00Z') },
    })
  })

  it('repairs a change that nobody told it of', async () => {
    const { id } = await plan()
    await db.prisma.broadcast.update({ where: { id }, data: { cancelledAt: new Date(clock.now()) } })
    clock.advance(10 * 60_000)
    await delivery.tick()
    expect((await target(near.id)).content).toMatchObject({ days: [] })
  })

  it('sends a target again that did not arrive, but not at every tick', async () => {
    await goOnline(near.id, 1)
    isLinkUp = false
    await plan()
    expect(sent).toEqual([])
    isLinkUp = true
    const tick = async () => {
      await delivery.tick()
      await delivery.settled()
      return sent.length
    }
    expect(await tick()).toBe(1)
    expect(await tick()).toBe(1)
    clock.advance(60_000)
    expect(await tick()).toBe(2)
    await delivery.onClipsHeld(near.id, { targetRevision: 2, held: [], missing: [] })
    clock.advance(60_000)
    expect(await tick()).toBe(2)
  })
})

describe('hello', () => {
  it('is answered with the wanted revision, and the target follows when the device lacks it', async () => {
    await plan()
    const { contentHash } = await target(near.id)
    const newcomer = hello(0, null)
    expect(await delivery.onHello(near.id, newcomer)).toEqual({ wantedRevision: 2 })
    await delivery.afterWelcome(near.id, newcomer)
    const knowing = hello(2, contentHash)
    expect(await delivery.onHello(near.id, knowing)).toEqual({ wantedRevision: 2 })
    await delivery.afterWelcome(near.id, knowing)
    expect(sent.map(({ manifest }) => manifest.revision)).toEqual([2])
  })

  it('of a device that is ahead, because the server was restored from a backup, is exceeded', async () => {
    await plan()
    const ahead = hello(41, 'f'.repeat(64))
    expect(await delivery.onHello(near.id, ahead)).toEqual({ wantedRevision: 42 })
    await delivery.afterWelcome(near.id, ahead)
    expect(sent.map(({ manifest }) => manifest.revision)).toEqual([42])
    await db.prisma.device.update({ where: { id: near.id }, data: { muted: true } })
    delivery.plan.deviceChanged(near.id)
    await delivery.settled()
    expect(await revisionOf(near.id)).toBe(43)
  })

  it('of a device that was created a moment ago finds a target', async () => {
    const fresh = await world.device(village)
    expect(await delivery.onHello(fresh.id, hello(0, null))).toEqual({ wantedRevision: 1 })
  })

  it('with an absurd revision does not take the server’s counter along', async () => {
    // Also one that a target may bear, but that leaves no room for those that come after it.
    for (const absurd of [2_100_000_000, limits.maxTargetRevision - 1])
      expect(await delivery.onHello(near.id, hello(absurd, null))).toEqual({ wantedRevision: 1 })
    expect(new Set(security.codes())).toEqual(new Set(['revision-absurd']))
    expect(await revisionOf(near.id)).toBe(1)
  })
})

describe('readiness', () => {
  it('is kept, counts for the broadcast, and the consoles are told once', async () => {
    const { id, bulletin } = await plan()
    const told = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (events.length === 0) return
        clearInterval(timer)
        resolve()
      }, 20)
    })
    const plans = (await db.prisma.dayPlan.findMany()).map((one) => one.sha256)
    const held = [bulletin.sha256, ...plans].map((hash) => sha256.parse(hash))
    for (let i = 0; i < 3; i++) await delivery.onClipsHeld(near.id, { targetRevision: 2, held, missing: [] })
    const { readiness } = await createServices().broadcasts.get(editor, id)
    expect(readiness).toEqual({ total: 1, ready: 1, offline: 1 })
    await told
    expect(events).toEqual([{ kind: 'broadcasts', areaPath: village.path }])
  })
})

it('sweeps day plans that no target has named for a week, and keeps the others', async () => {
  await plan()
  const unused = await db.prisma.dayPlan.create({
    data: {
      sha256: hashBytes(world.draw()),
      bytes: Buffer.from('{}'),
      createdAt: new Date('2026-11-01T00:00:00Z'),
      lastUsedAt: new Date('2026-11-01T00:00:00Z'),
    },
  })
  const used = await db.prisma.dayPlan.count({ where: { lastUsedAt: { gte: new Date('2026-11-24T00:00:00Z') } } })
  await delivery.sweep()
  expect(await db.prisma.dayPlan.findUnique({ where: { sha256: unused.sha256 } })).toBeNull()
  expect(await db.prisma.dayPlan.count()).toBe(used)
})

it('keeps what targets share once, and sweeps it only when no target has named it for a week', async () => {
  const neighbour = await world.device(village)
  const sharedOf = async (id: string) =>
    (await db.prisma.deviceTarget.findUniqueOrThrow({ where: { deviceId: id } })).sharedSha256
  const isThere = async (name: string) => (await db.prisma.sharedTarget.count({ where: { sha256: name } })) === 1
  delivery.plan.deviceChanged(neighbour.id)
  await delivery.settled()
  const before = await sharedOf(near.id)
  expect(await sharedOf(neighbour.id)).toBe(before)
  await plan()
  const after = await sharedOf(near.id)
  expect(await sharedOf(neighbour.id)).toBe(after)
  expect(after).not.toBe(before)
  await delivery.sweep()
  expect(await isThere(before)).toBe(true)
  const named = await sharedOf(far.id)
  await db.prisma.sharedTarget.updateMany({ data: { lastUsedAt: new Date('2026-11-01T00:00:00Z') } })
  await delivery.sweep()
  expect([await isThere(after), await isThere(named)]).toEqual([true, true])
  const left = await db.prisma.deviceTarget.findMany({ distinct: ['sharedSha256'], select: { sharedSha256: true } })
  expect(await db.prisma.sharedTarget.count()).toBe(left.length)
})

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { bootId, connectionId, hashBytes, itemId, makeOccurrenceId, newId, type occurrenceId } from '#protocol/ids.ts'
import type { LedgerFact } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'
import { occurrenceDetail } from '#server/broadcasts/explain-schemas.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from '#server/broadcasts/routes.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { toDate } from '#server/clock.ts'
import { createLedgerService, type LedgerService } from '#server/ledger/service.ts'
import { todayRoutes } from '#server/today/routes.ts'
import { notHeardDevices, troubles } from '#server/today/schemas.ts'
import { createTodayService } from '#server/today/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { type EnrolledDevice, enrolDevice, makeSubject, type TestLedger } from '../../support/enrolled-device.ts'
import { createWorld, type TestArea } from './world.ts'

type Detail = z.infer<typeof occurrenceDetail>
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let app: TestApp
let ledgers: LedgerService
let commune: TestArea
let village: TestArea
let editor: TestUser
let villager: TestUser
/** The planned start; the plan was made an hour before. */
let startAt: number
let id: ReturnType<typeof occurrenceId.parse>
const item = itemId.parse(newId(7))
const clip = hashBytes('clip')

/** Minutes from the start. */
const inMinutes = (minutes: number) => instantMs.parse(startAt + minutes * MINUTE_MS)
const dateIn = (minutes: number): Date => new Date(inMinutes(minutes))
const isoIn = (minutes: number): string => dateIn(minutes).toISOString()

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => {
      const deps = {
        ...parts,
        log: pino({ level: 'silent' }),
        zone: 'Asia/Ho_Chi_Minh',
        horizonDays: 14,
        commands: { stopOccurrence: async () => {} },
      }
      return [
        broadcastsRoutes({ broadcasts: createBroadcastsService(deps), occurrences: createOccurrencesService(deps) }),
        todayRoutes({ today: createTodayService(deps) }),
      ]
    },
  })
  ledgers = createLedgerService({ ...app, alarms: { raiseAlarm: async () => {} } })
  const world = createWorld(app.db, app.clock)
  commune = await world.area('commune')
  village = await world.area('village', commune)
  const author = await world.account(commune, 'editor')
  const { id: programmeId } = await world.programme(commune, [])
  app.clock.advance(24 * HOUR_MS)
  startAt = app.clock.now() + HOUR_MS
  const broadcastId = world.draw()
  await app.db.prisma.broadcast.create({
    data: {
      id: broadcastId,
      programmeId,
      areaId: commune.id,
      priority: 'normal',
      rule: null,
      localTimes: ['08:00:00'],
      timeZone: 'Asia/Ho_Chi_Minh',
      firstDate: '2026-03-03',
      createdById: author.accountId,
      createdAt: toDate(app.clock.now()),
      updatedAt: toDate(app.clock.now()),
    },
  })
  id = makeOccurrenceId(broadcastId, startAt)
  await app.db.prisma.occurrence.create({
    data: {
      id,
      broadcastId,
      areaId: commune.id,
      areaPath: commune.path,
      title: 'Bản tin sáng',
      priority: 'normal',
      startAt: dateIn(0),
      endAt: dateIn(2),
      frozenAt: dateIn(0),
    },
  })
})
afterAll(() => app.close())

async function expectOf(
  deviceId: string,
  area: TestArea,
  leftOut: string | null = null,
  language = 'vi',
): Promise<void> {
  await app.db.prisma.expectedPlay.create({
    data: {
      occurrenceId: id,
      itemId: item,
      deviceId,
      areaId: area.id,
      areaPath: area.path,
      bulletinId: newId(1),
      revisionId: newId(1),
      title: 'Phòng chống cháy rừng',
      topic: 'policy',
      language,
      clip,
      startAt: dateIn(0),
      durationMs: 2 * MINUTE_MS,
      settledAt: dateIn(32),
      leftOut,
    },
  })
}

async function enrol(name: string, area = commune): Promise<{ device: EnrolledDevice; ledger: TestLedger }> {
  const device = await enrolDevice(app.db, app.clock, area)
  await app.db.prisma.device.update({ where: { id: device.id }, data: { name } })
  await expectOf(device.id, area)
  const ledger = device.beginLedger()
  ledger.write({ type: 'boot', agentVersion: '1', cleanShutdown: true }, inMinutes(-120))
  await deliver(device, ledger, null)
  return { device, ledger }
}
const connect = (deviceId: string, from: number, to: number | null) =>
  app.db.prisma.deviceConnection.create({
    data: {
      deviceId,
      connectionId: connectionId.parse(newId(startAt)),
      beganAt: dateIn(from),
      endedAt: to === null ? null : dateIn(to),
      bootId: bootId.parse(newId(1)),
    },
  })
/** Delivers all of the ledger, which is complete until `until`. */
async function deliver(device: EnrolledDevice, ledger: TestLedger, until: number | null): Promise<void> {
  const completeUntil = until === null ? null : inMinutes(until)
  const ack = await ledgers.ingest(device.id, await ledger.batch({ completeUntil }))
  expect(ack?.status).toBe('committed')
}
async function read(user: TestUser, query = '', language = 'vi'): Promise<Detail> {
  const url = `/api/occurrences/${encodeURIComponent(id)}${query}`
  const response = await user.call('GET', url, undefined, { 'accept-language': language })
  expect([response.statusCode, response.statusCode === 200 ? '' : response.body]).toEqual([200, ''])
  return occurrenceDetail.parse(response.json())
}
const play = makeSubject({ itemId: item, clip })
const started = (change: object = {}): LedgerFact => ({
  type: 'play-started',
  play: { ...play, occurrenceId: id, alertId: null, ...change },
  plannedStartAt: inMinutes(0),
  fromMs: 0,
})

describe('why it did not play', () => {
  it('is told of each device with one reason and the evidence', async () => {
    const played = await enrol('1 đã phát')
    await connect(played.device.id, -60, null)
    played.ledger.write({ type: 'target-adopted', contentHash: clip, targetRevision: 5 }, inMinutes(-50))
    const subject = { playId: makeSubject().playId }
    played.ledger.write({ ...started(subject), targetRevision: 5 }, inMinutes(0))
    played.ledger.write(
      {
        type: 'play-ended',
        play: { ...play, ...subject, occurrenceId: id, alertId: null },
        startedAt: inMinutes(0),
        endedAt: inMinutes(2),
        heardMs: 2 * MINUTE_MS,
        volumePercent: 65,
        outcome: 'played',
        reason: null,
        targetRevision: 5,
      },
      inMinutes(2),
    )
    const noClip = await enrol('2 thiếu tệp')
    await connect(noClip.device.id, -60, null)
    noClip.ledger.write(
      {
        type: 'missed',
        occurrenceId: id,
        itemId: item,
        clip,
        language: 'vi',
        plannedStartAt: inMinutes(0),
        reason: 'clip-missing',
      },
      inMinutes(1),
    )
    await app.db.prisma.deviceReadiness.create({
      data: { deviceId: noClip.device.id, targetRevision: 4, held: [], missing: [clip], reportedAt: dateIn(-5) },
    })
    const dark = await enrol('3 mất điện')
    await connect(dark.device.id, -90, -20)
    await connect(dark.device.id, 30, null)
    dark.ledger.write({ type: 'target-adopted', contentHash: clip, targetRevision: 5 }, inMinutes(-50))
    dark.ledger.write({ type: 'boot', agentVersion: '1', cleanShutdown: false }, inMinutes(29))
    const away = await enrol('4 không có mạng')
    await connect(away.device.id, -300, -70)
    const deaf = await enrol('5 có mạng, không nhận lịch', village)
    await connect(deaf.device.id, -90, null)
    const gone = await enrol('6 đã thu hồi')
    const mute = await enrol('7 chưa báo cáo')
    app.clock.advance(100 * MINUTE_MS)
    for (const { device, ledger } of [played, noClip, dark, away, deaf]) await deliver(device, ledger, 39)
    await deliver(gone.device, gone.ledger, -30)
    await deliver(mute.device, mute.ledger, -30)
    await app.db.prisma.installation.updateMany({
      where: { deviceId: gone.device.id },
      data: { revokedAt: dateIn(-10) },
    })
    const quiet = await app.makeDevice(commune.id, '9 tạm ngừng')
    await expectOf(quiet, commune, 'suspended')
    // The one that played in Vietnamese was to say it in H'Mông too.
    await expectOf(played.device.id, commune, null, 'hmn')
    const never = await app.makeDevice(commune.id, '8 chưa lắp đặt')
    await expectOf(never, commune)

    editor = await app.signInAs({ areaId: commune.id, role: 'editor' })
    villager = await app.signInAs({ areaId: village.id, role: 'editor' })
    const detail = await read(editor)
    expect(detail.items.map(({ deviceName, outcome, reason }) => [deviceName, outcome, reason?.code ?? null])).toEqual([
      ['1 đã phát', 'missed', 'not-in-target'],
      ['1 đã phát', 'played', null],
      ['2 thiếu tệp', 'missed', 'clip-missing'],
      ['3 mất điện', 'missed', 'power-lost'],
      ['4 không có mạng', 'missed', 'no-target'],
      ['6 đã thu hồi', 'unknown', 'revoked'],
      ['7 chưa báo cáo', 'unknown', 'not-reported'],
      ['8 chưa lắp đặt', 'missed', 'never-enrolled'],
      ['9 tạm ngừng', 'cancelled', 'suspended'],
      ['5 có mạng, không nhận lịch', 'missed', 'not-in-target'],
    ])
    const count = (outcome: string, code: string | null, number = 1) => ({
      outcome,
      reason: code === null ? null : expect.objectContaining({ code }),
      items: number,
      devices: number,
    })
    expect(detail.reasons).toHaveLength(9)
    expect(detail.reasons).toEqual(
      expect.arrayContaining([
        count('played', null),
        count('missed', 'clip-missing'),
        count('missed', 'power-lost'),
        count('missed', 'no-target'),
        count('missed', 'not-in-target', 2),
        count('cancelled', 'suspended'),
        count('missed', 'never-enrolled'),
        count('unknown', 'revoked'),
        count('unknown', 'not-reported'),
      ]),
    )
    const of = (name: string) => detail.explanations.find((one) => one.deviceName.startsWith(name))
    expect(of('1')).toMatchObject({
      outcome: 'partial',
      evidence: {
        heldRevision: 5,
        adoptedAt: isoIn(-50),
        connectedBefore: { beganAt: isoIn(-60), endedAt: null },
        clock: 'trusted',
        volumePercent: 65,
        completeUntil: isoIn(39),
      },
    })
    expect(of('1')?.evidence.entries.map((one) => [one.seq, one.type, one.at, one.heardMs])).toEqual([
      [1, 'boot', isoIn(-120), null],
      [2, 'target-adopted', isoIn(-50), null],
      [3, 'play-started', isoIn(0), null],
      [4, 'play-ended', isoIn(2), 2 * MINUTE_MS],
    ])
    expect(detail.items.find((one) => one.deviceName.startsWith('2'))?.clipHeld).toBe(false)
    expect(of('2')?.evidence).toMatchObject({ readyRevision: 4, readyAt: isoIn(-5) })
    expect(of('2')?.evidence.entries.at(-1)).toMatchObject({ type: 'missed', reason: 'clip-missing', itemId: item })
    expect(of('2')?.words).toContain('Theo báo cáo gần nhất, cụm loa thiếu 1 tệp âm thanh của buổi phát.')
    expect(of('3')).toMatchObject({
      evidence: {
        outage: { from: isoIn(-20), until: isoIn(29), cleanShutdown: false },
        connectedBefore: { endedAt: isoIn(-20) },
        connectedAfter: { beganAt: isoIn(30) },
      },
    })
    expect(of('6')?.evidence).toMatchObject({ revokedAt: isoIn(-10) })
    expect(of('8')?.words).toEqual(['Cụm loa chưa từng được lắp đặt.'])
    const inEnglish = await read(editor, '', 'en')
    expect(inEnglish.explanations.find((one) => one.deviceName.startsWith('3'))?.words.join(' ')).toContain(
      'The speaker lost power between 03/03, 10:40:00 and 03/03, 11:29:00.',
    )
  })

  it('never contradicts its own sums, nor those of the list', async () => {
    const { items, reasons, devices, explanations } = await read(editor)
    const keyOf = (one: { outcome: string; reason: { code: string } | null }) => `${one.outcome} ${one.reason?.code}`
    const counted = new Map<string, number>()
    for (const one of items) counted.set(keyOf(one), (counted.get(keyOf(one)) ?? 0) + 1)
    expect(new Map(reasons.map((one) => [keyOf(one), one.items]))).toEqual(counted)
    const outcomes = (outcome: string): number => explanations.filter((one) => one.outcome === outcome).length
    expect(devices).toMatchObject({
      expected: explanations.length,
      played: outcomes('played'),
      partial: outcomes('partial'),
      missed: outcomes('missed'),
      unknown: outcomes('unknown'),
    })
  })

  it('is summed over the day by the same reasons, each with a list of exactly the speakers that it counts', async () => {
    const get = async <T>(schema: z.ZodType<T>, user: TestUser, url: string): Promise<T> => {
      const response = await user.call('GET', url)
      expect([response.statusCode, response.statusCode === 200 ? '' : response.body]).toEqual([200, ''])
      return schema.parse(response.json())
    }
    const { items } = await read(editor)
    const expected = new Map<string, Set<string>>()
    for (const { outcome, reason, deviceId } of items) {
      if (outcome === 'played' || outcome === 'cancelled') continue
      const key = `${outcome} ${reason?.code}`
      expected.set(key, (expected.get(key) ?? new Set()).add(deviceId))
    }
    const { notHeard } = await get(troubles, editor, '/api/today/troubles')
    const counts = new Map(notHeard.map((row) => [`${row.outcome} ${row.reason.code}`, row.devices]))
    expect(counts).toEqual(new Map([...expected].map(([key, ids]) => [key, ids.size])))
    for (const { outcome, reason, devices, occurrences, examples } of notHeard) {
      expect([occurrences, examples.map((one) => [one.id, one.devices])]).toEqual([1, [[id, devices]]])
      const url = `/api/today/not-heard?outcome=${outcome}&reason=${reason.code}&limit=1`
      const listed: string[] = []
      for (let next: string | null = ''; next !== null; ) {
        const page: z.infer<typeof notHeardDevices> = await get(
          notHeardDevices,
          editor,
          `${url}${next && `&after=${next}`}`,
        )
        expect([page.total, page.reason]).toEqual([devices, reason])
        expect(page.devices.flatMap((one) => one.occurrences.map((each) => each.id))).toEqual([id])
        listed.push(...page.devices.map((one) => one.id))
        next = page.next
      }
      expect(new Set(listed), reason.code).toEqual(expected.get(`${outcome} ${reason.code}`))
    }
    // Of the reader's areas only.
    expect((await get(troubles, villager, '/api/today/troubles')).notHeard.map((row) => row.reason.code)).toEqual([
      'not-in-target',
    ])
  })

  it('comes in pages, by outcome, and of the reader’s areas only', async () => {
    const first = await read(editor, '?limit=3')
    expect(first.explanations).toHaveLength(3)
    const names: string[] = []
    let next: string | null = null
    do {
      const page: Detail = await read(editor, `?limit=3${next === null ? '' : `&after=${next}`}`)
      expect(page.reasons).toHaveLength(9)
      names.push(...page.explanations.map((one) => one.deviceName[0] ?? ''))
      next = page.next
    } while (next !== null)
    expect(names.join('')).toBe('123467895')
    const unknown = await read(editor, '?outcome=unknown')
    expect(unknown.explanations.map((one) => one.deviceName[0])).toEqual(['6', '7'])
    expect(unknown.next).toBeNull()
    const below = await read(villager)
    expect(below.explanations.map((one) => one.deviceName[0])).toEqual(['5'])
    expect(below.reasons).toHaveLength(1)
    expect(below.devices.expected).toBe(1)
    const hidden = await read(villager, `?after=${first.next}`)
    expect(hidden.explanations).toEqual([])
  })

  it('names a suspension that cut it off, and not the permitted hours that the device knows it as', async () => {
    const area = await createWorld(app.db, app.clock).area('village', commune)
    const names = ['1 trước khi tạm ngừng', '2 bị tạm ngừng', '3 sau khi tạm ngừng']
    // Suspended from half a minute to a minute and a half after the start.
    const suspension = { areaId: area.id, reason: 'Quốc tang', createdById: editor.accountId, createdAt: dateIn(0.5) }
    await app.db.prisma.suspension.create({
      data: { ...suspension, id: newId(startAt), startsAt: dateIn(0.5), endsAt: dateIn(1_000), liftedAt: dateIn(1.5) },
    })
    for (const [index, name] of names.entries()) {
      const { device, ledger } = await enrol(name, area)
      const subject = { playId: makeSubject().playId }
      const endedAt = inMinutes(0.25 + index * 0.75)
      ledger.write(started(subject), inMinutes(0))
      ledger.write(
        {
          type: 'play-ended',
          play: { ...play, ...subject, occurrenceId: id, alertId: null },
          startedAt: inMinutes(0),
          endedAt,
          heardMs: endedAt - startAt,
          volumePercent: 65,
          outcome: 'partial',
          reason: 'outside-hours',
        },
        endedAt,
      )
      await deliver(device, ledger, 39)
    }
    const reader = await app.signInAs({ areaId: area.id, role: 'editor' })
    const { items, reasons } = await read(reader)
    const codes = ['outside-hours', 'suspended', 'outside-hours']
    expect(items.map((one) => [one.deviceName, one.outcome, one.reason?.code])).toEqual(
      names.map((name, index) => [name, 'partial', codes[index]]),
    )
    const { name: areaName } = await app.db.prisma.area.findUniqueOrThrow({ where: { id: area.id } })
    expect(items[1]?.reason?.text).toBe(`${areaName} tạm ngừng phát đến 11:01:30 03-03 (lý do: Quốc tang)`)
    // Who it was is for those who may read the audit trail there.
    const auditor = await app.signInAs({ areaId: area.id, role: 'auditor' })
    const { displayName } = await app.db.prisma.account.findUniqueOrThrow({ where: { id: editor.accountId } })
    const named = (await read(auditor)).items[1]?.reason?.text
    expect(named).toBe(`${items[1]?.reason?.text}, người thực hiện: ${displayName}`)
    const counted = reasons.map((one) => [one.reason?.code, one.items]).sort()
    expect(counted).toEqual([
      ['outside-hours', 2],
      ['suspended', 1],
    ])
  })

  it('names the window and its area, what went first, and who cancelled it when', async () => {
    const area = await createWorld(app.db, app.clock).area('village', commune)
    const set = { updatedAt: dateIn(-1_000), updatedById: editor.accountId }
    await app.db.prisma.area.update({ where: { id: commune.id }, data: { name: 'Xã Bản Lầu' } })
    await app.db.prisma.areaRules.createMany({
      data: [
        { areaId: area.id, hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }], ...set },
        { areaId: commune.id, hours: [{ days: [1, 2, 3, 4, 5], from: '05:00', to: '06:00' }], ...set },
      ],
    })
    await expectOf(await app.makeDevice(area.id, '1 ngoài giờ'), area, 'outside-hours')
    const second = await app.makeDevice(area.id, '2 nhường')
    await expectOf(second, area, 'gave-way')
    const [mine, occurrence] = [
      await app.db.prisma.expectedPlay.findFirstOrThrow({ where: { deviceId: second } }),
      await app.db.prisma.occurrence.findUniqueOrThrow({ where: { id } }),
    ]
    const other = { id: `${id}-other`, title: 'Thông báo khẩn của tỉnh', startAt: dateIn(-1) }
    await app.db.prisma.occurrence.create({ data: { ...occurrence, airing: {}, ...other } })
    await app.db.prisma.expectedPlay.create({
      data: { ...mine, occurrenceId: other.id, leftOut: null, startAt: dateIn(-1) },
    })
    const reader = await app.signInAs({ areaId: area.id, role: 'auditor' })
    const texts = async (language: string) => (await read(reader, '', language)).items.map((one) => one.reason?.text)
    expect(await texts('vi')).toEqual([
      'Ngoài giờ được phép phát của Xã Bản Lầu (T2–T6 05:00–06:00)',
      'Nhường cho “Thông báo khẩn của tỉnh”, được phát trước theo thứ tự ưu tiên',
    ])
    expect(await texts('en')).toEqual([
      'Outside the permitted hours of Xã Bản Lầu (Mon–Fri 05:00–06:00)',
      'Gave way to “Thông báo khẩn của tỉnh”, which goes first',
    ])

    expect((await read(editor)).why).toBeNull()
    const ahead = { rule: 'FREQ=DAILY', firstDate: '2026-03-04', updatedAt: toDate(app.clock.now()) }
    await app.db.prisma.broadcast.update({ where: { id: occurrence.broadcastId }, data: ahead })
    const planned = makeOccurrenceId(occurrence.broadcastId, Date.parse('2026-03-05T01:00:00Z'))
    const at = app.clock.now()
    expect((await editor.call('POST', `/api/broadcasts/${occurrence.broadcastId}/cancel`)).statusCode).toBe(200)
    const url = `/api/occurrences/${encodeURIComponent(planned)}`
    const { displayName } = await app.db.prisma.account.findUniqueOrThrow({ where: { id: editor.accountId } })
    const time = toDate(at).toLocaleTimeString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', hourCycle: 'h23' })
    const why = async (user: TestUser) => (await user.call('GET', url)).json().why
    const said = { code: 'cancelled', text: expect.stringContaining(`Lịch phát đã bị hủy lúc ${time}`) }
    expect(await why(villager)).toEqual(said)
    expect((await why(villager)).text).not.toContain(displayName)
    expect((await why(editor)).text).toContain(displayName)
  })
})

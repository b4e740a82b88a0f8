import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DeviceId, newId } from '#protocol/ids.ts'
import { toDate } from '#server/clock.ts'
import { endAlarms, raiseAlarm } from '#server/devices/alarms/store.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let commune: string
let technician: TestUser
let device: DeviceId
let names = 0

beforeAll(async () => {
  test = await createTestApp()
  commune = await test.makeArea('commune', 'Bản Lầu')
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
})
afterAll(() => test.close())
beforeEach(async () => {
  device = await test.makeDevice(commune, `Cụm ${++names}`)
})

async function raise(code: string, subject = ''): Promise<boolean> {
  const id = newId(test.clock.now())
  const at = toDate(test.clock.now())
  return raiseAlarm(test.db.pool, { id, deviceId: device, code, subject, detail: 'chi tiết', at })
}
const end = (code: string): Promise<void> => endAlarms(test.db.pool, device, [code], toDate(test.clock.now()))
const readAlarms = async () => (await technician.call('GET', `/api/devices/${device}`)).json().alarms
const acknowledge = (alarmId: string, by = technician, deviceId: string = device) =>
  by.call('POST', `/api/devices/${deviceId}/alarms/${alarmId}/acknowledge`)

describe('a security alarm', () => {
  it('stays when its condition ends, until a person acknowledges it; who and when is kept, and others are told', async () => {
    await raise('ledger-forked', 'ledger 1')
    await end('ledger-forked')
    const [alarm] = await readAlarms()
    expect(alarm).toMatchObject({ code: 'ledger-forked', isSecurity: true, acknowledgedAt: null, acknowledgedBy: null })
    const told: unknown[] = []
    const stop = test.events.subscribe((_sequence, event) => told.push(event))
    const seenAt = toDate(test.clock.now())
    const answer = await acknowledge(alarm.id)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json().alarms).toEqual([])
    test.clock.advance(60_000)
    expect((await acknowledge(alarm.id)).statusCode).toBe(200)
    stop()
    expect(told).toEqual([{ kind: 'devices', areaPath: [commune], id: device }])
    const row = await test.db.prisma.deviceAlarm.findUniqueOrThrow({ where: { id: alarm.id } })
    expect(row).toMatchObject({
      state: 'cleared',
      acknowledgedAt: seenAt,
      acknowledgedById: technician.accountId,
    })
    const trail = await test.db.prisma.auditEntry.findMany({ where: { subjectId: device } })
    expect(trail.map((one) => [one.action, one.actorId])).toEqual([['device.alarm-acknowledged', technician.accountId]])
  })

  it('that was acknowledged while its condition goes on is not raised anew, but for a new event', async () => {
    expect(await raise('ledger-forked', 'ledger 1')).toBe(true)
    const [alarm] = await readAlarms()
    await acknowledge(alarm.id)
    expect(await raise('ledger-forked', 'ledger 1')).toBe(false)
    expect(await readAlarms()).toEqual([])
    expect(await raise('ledger-forked', 'ledger 2')).toBe(true)
    expect(await readAlarms()).toMatchObject([{ code: 'ledger-forked' }])
    await end('ledger-forked')
    expect(await raise('ledger-forked', 'ledger 1')).toBe(true)
    expect((await readAlarms()).length).toBe(2)
  })

  it('is raised once, however many tell it at once, and goes on when it comes back', async () => {
    expect((await Promise.all([1, 2, 3, 4].map(() => raise('hardware-changed', 'one')))).filter(Boolean)).toEqual([
      true,
    ])
    await end('hardware-changed')
    expect(await raise('hardware-changed', 'one')).toBe(true)
    const [alarm, ...others] = await readAlarms()
    expect(others).toEqual([])
    await acknowledge(alarm.id)
    expect(await raise('hardware-changed', 'one')).toBe(false)
  })
})

describe('an operational alarm', () => {
  it('shows who has seen it while it lasts, and goes with its condition', async () => {
    await raise('disk-full')
    const [alarm] = await readAlarms()
    expect(alarm).toMatchObject({ isSecurity: false })
    const answer = await acknowledge(alarm.id)
    const acknowledgedBy = (await test.db.prisma.account.findUniqueOrThrow({ where: { id: technician.accountId } }))
      .displayName
    expect(answer.json().alarms).toMatchObject([{ id: alarm.id, acknowledgedAt: expect.any(String), acknowledgedBy }])
    expect(await raise('disk-full')).toBe(false)
    await end('disk-full')
    expect(await readAlarms()).toEqual([])
    await raise('disk-full')
    expect(await readAlarms()).toMatchObject([{ code: 'disk-full', acknowledgedAt: null }])
  })
})

describe('acknowledging', () => {
  it('is for those who manage the device, for its own alarms', async () => {
    await raise('hardware-changed', 'one')
    const [alarm] = await readAlarms()
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    const refused = await acknowledge(alarm.id, editor)
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed'])
    const elsewhere = await test.signInAs({
      areaId: await test.makeArea('commune', `Xã ${++names}`),
      role: 'technician',
    })
    const other = await test.makeDevice(commune, `Cụm ${++names}`)
    for (const answer of [
      await acknowledge(alarm.id, elsewhere),
      await acknowledge(alarm.id, technician, other),
      await acknowledge(alarm.id, technician, randomUUID()),
      await acknowledge(randomUUID()),
      await acknowledge('no-id'),
    ])
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found'])
    expect((await readAlarms()).length).toBe(1)
  })
})

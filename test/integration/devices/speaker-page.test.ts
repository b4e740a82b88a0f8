import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Health } from '#protocol/link.ts'
import { bulkRoutes } from '#server/devices/bulk/routes.ts'
import { createBulkService } from '#server/devices/bulk/service.ts'
import { createCommandsService } from '#server/devices/commands/service.ts'
import { createHealthLog } from '#server/devices/health/log.ts'
import { createHistoryService } from '#server/devices/history/service.ts'
import { devicePageRoutes } from '#server/devices/page/routes.ts'
import { createDevicesService } from '#server/devices/service.ts'
import { createPlanningService } from '#server/planning/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { addBroadcast } from '../areas/schedule.ts'

let test: TestApp
let commune: string
let market: string
let school: string
let technician: TestUser
const online = new Set<string>()

beforeAll(async () => {
  test = await createTestApp({
    routes(parts) {
      const devices = createDevicesService(parts)
      const zone = 'Asia/Ho_Chi_Minh'
      const history = createHistoryService({ ...parts, devices, zone, horizonDays: 14 })
      const onlineAmong = async <T extends string>(ids: readonly T[]): Promise<T[]> =>
        ids.filter((id) => online.has(id))
      const commands = createCommandsService({ ...parts, onlineAmong })
      return [
        devicePageRoutes({ ...parts, devices, history, planning: createPlanningService(parts) }),
        bulkRoutes({ bulk: createBulkService({ ...parts, commands }) }),
      ]
    },
  })
  commune = await test.makeArea('commune', 'Bản Lầu')
  market = await test.makeDevice(commune, 'Chợ')
  school = await test.makeDevice(commune, 'Trường học')
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
})
afterAll(() => test.close())

const read = async (path: string) => (await technician.call('GET', `/api/devices/${market}/${path}`)).json()

describe('one speaker’s page', () => {
  it('tells what this speaker will play, and not what others do', async () => {
    const targets = [{ kind: 'device', refId: school, isExcluded: true }] as const
    await addBroadcast(test, commune, { time: '11:05', targets: [...targets] })
    const { entries, devices } = await read('preview')
    expect(devices).toBe(1)
    expect(entries).toMatchObject([{ title: 'Chương trình sáng', devices: 1, deviceIds: [market], leftOut: null }])
    const other = (await technician.call('GET', `/api/devices/${school}/preview`)).json()
    expect(other).toMatchObject({ devices: 1, entries: [] })
  })

  it('tells why it did not play what it was to play', async () => {
    await addBroadcast(test, commune, { time: '10:05' })
    test.clock.advance(6 * 60_000)
    // What begins is frozen with the next edit of the plan.
    await technician.call('POST', '/api/device-groups', { areaId: commune, name: 'Nhóm', deviceIds: [] })
    test.clock.advance(40 * 60_000)
    const { plays, next } = await read('plays')
    expect(next).toBeNull()
    expect(plays).toMatchObject([
      {
        kind: 'broadcast',
        outcome: 'missed',
        heardMs: 0,
        reason: { code: 'never-enrolled', text: 'Cụm loa chưa được lắp đặt' },
      },
    ])
  })

  it('keeps the worst of each hour, and adds what comes later to it', async () => {
    const log = createHealthLog(test.clock)
    const health = (temperatureC: number, xruns: number, signalPercent?: number): Health => ({
      temperatureC,
      diskFreeBytes: 5_000_000_000 - xruns,
      diskTotalBytes: 8_000_000_000,
      memoryRssBytes: 1,
      uptimeS: 1,
      sink: { kind: 'alsa', state: 'open', detail: '' },
      xruns,
      ...(signalPercent === undefined ? {} : { signalPercent }),
    })
    const id = market as Parameters<typeof log.take>[0]
    const calm = health(40, 2)
    log.take(id, null, calm, 120)
    log.take(id, calm, health(61.5, 5, 70), -400)
    await log.write(test.db.pool)
    log.take(id, health(61.5, 5), health(50, 1, 40), null)
    await log.write(test.db.pool)
    const { hours } = await read('health?days=1')
    expect(hours).toEqual([
      {
        at: new Date(Math.floor(test.clock.now() / 3_600_000) * 3_600_000).toISOString(),
        reports: 3,
        maxTemperatureC: 61.5,
        minDiskFreeBytes: 4_999_999_995,
        maxMemoryRssBytes: 1,
        minSignalPercent: 40,
        worstClockOffsetMs: -400,
        xruns: 4,
      },
    ])
  })
})

describe('what is done to many speakers', () => {
  it('is done where it can be, says where not and why, and can be taken back', async () => {
    await technician.call('PATCH', `/api/devices/${school}`, { maxVolumePercent: 50 })
    const wish = [market, school].map((id) => ({ id, volumePercent: 60 }))
    const { changed, skipped } = (await technician.call('POST', '/api/device-settings', { devices: wish })).json()
    expect(changed).toEqual([{ id: market, volumePercent: 80, muted: false, revision: 2 }])
    expect(skipped).toEqual([{ deviceId: school, code: 'above-max', text: 'Vượt quá âm lượng tối đa của cụm loa này' }])
    await technician.call('POST', '/api/device-settings', { devices: changed })
    expect((await technician.call('GET', `/api/devices/${market}`)).json().volumePercent).toBe(80)
    const nothing = await technician.call('POST', '/api/device-settings', { devices: changed })
    expect(nothing.json()).toMatchObject({ changed: [], skipped: [{ code: 'unchanged' }] })
  })

  it('goes as a command to those that are connected, and its outcome can be followed', async () => {
    const installation = {
      publicKey: 'x',
      secretHash: 'x',
      hardwareSerial: 'x',
      enrolledAt: new Date('2026-01-01T00:00:00Z'),
    }
    await test.db.prisma.installation.create({ data: { id: randomUUID(), deviceId: market, ...installation } })
    online.add(market)
    const sent = await technician.call('POST', '/api/device-commands', {
      deviceIds: [market, school],
      kind: 'identify',
    })
    const { commands, skipped } = sent.json()
    expect(commands).toMatchObject([{ deviceId: market, kind: 'identify', outcome: 'pending' }])
    expect(skipped).toMatchObject([{ deviceId: school, code: 'never-enrolled' }])
    const follow = async () => (await technician.call('GET', `/api/device-commands?ids=${commands[0].id}`)).json()
    expect(await follow()).toMatchObject([{ outcome: 'pending' }])
    test.clock.advance(61_000)
    expect(await follow()).toMatchObject([{ outcome: 'expired' }])
  })

  it('asks for the right over all of them', async () => {
    const elsewhere = await test.makeDevice(await test.makeArea('commune', 'Mường Hum'), 'UBND')
    const wish = [market, elsewhere].map((id) => ({ id, volumePercent: 10 }))
    expect((await technician.call('POST', '/api/device-settings', { devices: wish })).statusCode).toBe(404)
    const after = await technician.call('GET', `/api/devices/${market}`)
    expect(after.json(), after.body).toMatchObject({ volumePercent: 80 })
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    const restart = { deviceIds: [market], kind: 'restart' }
    expect((await editor.call('POST', '/api/device-commands', restart)).statusCode).toBe(403)
  })
})

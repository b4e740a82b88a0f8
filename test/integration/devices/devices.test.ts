import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { device } from '#server/devices/schemas.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let province: string
let commune: string
let otherCommune: string
let technician: TestUser

beforeAll(async () => {
  test = await createTestApp()
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  otherCommune = await test.makeArea('commune', 'Mường Hum', province)
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
})
afterAll(() => test.close())

describe('devices', () => {
  it('are made, read and changed within one’s areas; delivery is told', async () => {
    const made = await technician.call('POST', '/api/devices', {
      areaId: commune,
      name: 'Nhà văn hóa',
      volumePercent: 60,
    })
    expect(made.statusCode, made.body).toBe(201)
    const { id } = made.json()
    expect(made.json()).toMatchObject({
      areaName: 'Bản Lầu',
      status: 'never-enrolled',
      since: null,
      volumePercent: 60,
      muted: false,
      target: { wantedRevision: 0, heldRevision: null, clipsMissing: null },
      alarms: [],
    })
    const changed = await technician.call('PATCH', `/api/devices/${id}`, { muted: true, volumePercent: 0 })
    expect(changed.json()).toMatchObject({ name: 'Nhà văn hóa', muted: true, volumePercent: 0 })
    expect(test.told).toEqual([`device ${id}`, `device ${id}`])
    const again = await technician.call('POST', '/api/devices', { areaId: commune, name: 'Nhà văn hóa' })
    expect([again.statusCode, again.json().code]).toEqual([409, 'device-name-taken'])
    const other = (await technician.call('POST', '/api/devices', { areaId: commune, name: 'UBND' })).json()
    expect(other).toMatchObject({ maxVolumePercent: 100, emergencyVolumePercent: 100, languages: [] })
    const clash = await technician.call('PATCH', `/api/devices/${other.id}`, { name: 'Nhà văn hóa' })
    expect([clash.statusCode, clash.json().code]).toEqual([409, 'device-name-taken'])
    const same = await technician.call('PATCH', `/api/devices/${other.id}`, { name: 'UBND' })
    expect(same.statusCode).toBe(200)
  })

  it('keep their languages and the limits of their volume, on record', async () => {
    const id = await test.makeDevice(commune, 'Bản Phố')
    const told = test.told.length
    const change = (body: object) => technician.call('PATCH', `/api/devices/${id}`, body)
    const limits = { maxVolumePercent: 60, emergencyVolumePercent: 95, languages: ['hmn', 'vi'] }
    const impact = { devices: 1, noLongerFits: { count: 0 } }
    expect((await change(limits)).json()).toMatchObject({ ...limits, volumePercent: 60, impact })
    const above = await change({ volumePercent: 61 })
    expect([above.statusCode, above.json().code]).toEqual([422, 'device-volume-above-max'])
    expect(above.json().title).toContain('60%')
    const twice = await change({ languages: ['vi', 'hmn', 'vi'] })
    expect([twice.statusCode, twice.json().code]).toEqual([422, 'device-language-twice'])
    expect((await change({ languages: ['vi', 'hmn', 'tyz', 'nut', 'km', 'ium'] })).statusCode).toBe(400)
    expect((await change({ languages: [] })).json()).toMatchObject({ ...limits, languages: [] })
    expect(test.told.slice(told)).toEqual([`device ${id}`, `device ${id}`])
    const [entry] = await test.db.prisma.auditEntry.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } })
    expect(JSON.parse(Buffer.from(entry?.bytes ?? []).toString())).toMatchObject({
      action: 'device.changed',
      before: { volumePercent: 80, maxVolumePercent: 100, languages: [] },
      after: { ...limits, volumePercent: 60 },
    })
  })

  it('that are named alike in the same instant: one gets the name, the others are refused', async () => {
    const statuses = (answers: { statusCode: number }[]) => answers.map((one) => one.statusCode).sort()
    const make = (name: string) => technician.call('POST', '/api/devices', { areaId: commune, name })
    expect(statuses(await Promise.all([1, 2, 3, 4].map(() => make('Ngã ba'))))).toEqual([201, 409, 409, 409])
    const made = await Promise.all([1, 2, 3, 4].map((number) => make(`Cột ${number}`)))
    const rename = (id: string) => technician.call('PATCH', `/api/devices/${id}`, { name: 'Cột mới', muted: true })
    const renamed = await Promise.all(made.map((one) => rename(one.json().id)))
    expect(statuses(renamed)).toEqual([200, 409, 409, 409])
    expect(renamed.find((one) => one.statusCode === 409)?.json()).toMatchObject({ code: 'device-name-taken' })
    // What was refused changed nothing.
    const list: { name: string; muted: boolean }[] = (await technician.call('GET', '/api/devices')).json()
    expect(list.filter((one) => /^Cột/.test(one.name) && one.muted).map((one) => one.name)).toEqual(['Cột mới'])
  })

  it('outside one’s areas do not exist for one', async () => {
    const elsewhere = await test.makeDevice(otherCommune, 'Chợ')
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { muted: true }],
      ['POST', '/enrolment-code', undefined],
      ['POST', '/revoke', undefined],
      ['POST', `/alarms/${randomUUID()}/acknowledge`, undefined],
    ] as const) {
      const answer = await technician.call(method, `/api/devices/${elsewhere}${path}`, body)
      const nowhere = await technician.call(method, `/api/devices/${randomUUID()}${path}`, body)
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found'])
      expect(nowhere.json()).toEqual({ ...answer.json(), requestId: expect.any(String) })
    }
    const list = await technician.call('GET', '/api/devices')
    expect(list.body).not.toContain(elsewhere)
    expect((await technician.call('GET', `/api/devices?areaId=${otherCommune}`)).json()).toEqual([])
    expect((await technician.call('GET', '/api/devices/not-an-id')).statusCode).toBe(404)
  })

  it('tell what they last said of themselves, and say nothing where it does not decode', async () => {
    const school = await test.makeDevice(commune, 'Trường học')
    const at = new Date(test.clock.now())
    await test.db.prisma.installation.create({
      data: {
        id: randomUUID(),
        deviceId: school,
        publicKey: 'x',
        secretHash: 'x',
        hardwareSerial: 'x',
        enrolledAt: at,
      },
    })
    const health = {
      temperatureC: 41.5,
      diskFreeBytes: 1,
      diskTotalBytes: 2,
      memoryRssBytes: 3,
      uptimeS: 4,
      sink: { kind: 'alsa', state: 'open', detail: '' },
      xruns: 0,
    }
    const startedAt = test.clock.now()
    const playing = { occurrenceId: null, alertId: randomUUID(), itemId: null, startedAt, endsAt: startedAt + 1000 }
    await test.db.prisma.devicePresence.create({
      data: {
        deviceId: school,
        connectionId: randomUUID(),
        online: true,
        since: at,
        lastSeenAt: at,
        clockOffsetMs: -12,
        state: { playing, health },
        hello: { agentVersion: '0.1.0', targetRevision: 3 },
      },
    })
    await test.db.prisma.deviceAlarm.create({
      data: { id: randomUUID(), deviceId: school, code: 'disk-full', state: 'raised', detail: '98 %', raisedAt: at },
    })
    const read = async () => (await technician.call('GET', `/api/devices/${school}`)).json()
    expect(await read()).toMatchObject({
      status: 'online',
      since: at.toISOString(),
      playing: { alertId: playing.alertId, endsAt: new Date(playing.endsAt).toISOString() },
      health,
      agentVersion: '0.1.0',
      clockOffsetMs: -12,
      alarms: [{ code: 'disk-full', detail: '98 %', raisedAt: at.toISOString() }],
      target: { wantedRevision: 0, heldRevision: 3, clipsMissing: null },
    })
    const areas = (await technician.call('GET', '/api/areas')).json()
    expect(areas[0]).toMatchObject({ id: commune, onlineCount: 1 })
    await test.db.prisma.devicePresence.update({
      where: { deviceId: school },
      data: { online: false, state: { playing: 'something of a later version' }, hello: { agentVersion: 7 } },
    })
    expect(await read()).toMatchObject({ status: 'offline', playing: null, health: null, agentVersion: null })
  })

  it('are listed in pages that lose none, also 10,000 of them', async () => {
    const big = await test.makeArea('province', 'Tỉnh lớn')
    await test.db.pool.query(
      `INSERT INTO device (id, area_id, name, created_at)
       SELECT gen_random_uuid(), $1::uuid, 'Cụm ' || n, now() FROM generate_series(1, 10000) n`,
      [big],
    )
    const official = await test.signInAs({ areaId: big, role: 'province_official' })
    const all = await official.call('GET', '/api/devices')
    expect(z.array(device).parse(all.json())).toHaveLength(10_000)
    expect(all.headers['next-cursor']).toBeUndefined()
    expect(all.headers['content-type']).toBe('application/json; charset=utf-8')
    const seen = new Set<string>()
    let cursor: string | undefined
    do {
      const page = await official.call(
        'GET',
        `/api/devices?limit=3000${cursor === undefined ? '' : `&cursor=${cursor}`}`,
      )
      for (const one of page.json()) seen.add(one.id)
      cursor = page.headers['next-cursor']?.toString()
    } while (cursor !== undefined)
    expect(seen.size).toBe(10_000)
    expect((await official.call('GET', '/api/devices?limit=10001')).json().code).toBe('bad-request')
  })
})

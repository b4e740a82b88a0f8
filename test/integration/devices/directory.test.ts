import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let commune: string
let village: string
let technician: TestUser
const ids: Record<string, string> = {}

beforeAll(async () => {
  test = await createTestApp()
  const province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Xã Hòa Bình', province)
  village = await test.makeArea('village', 'Thôn Đông', commune)
  const other = await test.makeArea('commune', 'Mường Hum', province)
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
  for (const [areaId, name] of [
    [commune, 'Loa 10'],
    [commune, 'Loa 2'],
    [village, 'Đình làng'],
    [village, 'Chợ'],
    [other, 'Loa 1'],
  ] as const)
    ids[name] = await test.makeDevice(areaId, name)
  const at = new Date(test.clock.now())
  const install = (name: string, revokedAt: Date | null) =>
    test.db.prisma.installation.create({
      data: {
        id: randomUUID(),
        deviceId: ids[name] ?? '',
        publicKey: name,
        secretHash: name,
        hardwareSerial: name,
        enrolledAt: at,
        revokedAt,
      },
    })
  for (const name of ['Loa 10', 'Loa 2']) await install(name, null)
  await install('Chợ', at)
  const presence = { connectionId: randomUUID(), online: true, since: at, lastSeenAt: at }
  await test.db.prisma.devicePresence.create({ data: { deviceId: ids['Loa 10'] ?? '', ...presence } })
  await test.db.prisma.deviceAlarm.create({
    data: {
      id: randomUUID(),
      deviceId: ids['Loa 10'] ?? '',
      code: 'disk-full',
      state: 'raised',
      detail: '',
      raisedAt: at,
    },
  })
})
afterAll(() => test.close())

const list = async (query: string): Promise<{ name: string; status: string }[]> =>
  (await technician.call('GET', `/api/devices?${query}`)).json()
const names = async (query: string): Promise<string[]> => (await list(query)).map(({ name }) => name)

describe('the directory of devices', () => {
  it('is ordered and filtered on the server: numbers as they count, diacritics as people type', async () => {
    expect(await names('sort=name')).toEqual(['Chợ', 'Đình làng', 'Loa 2', 'Loa 10'])
    expect(await names('sort=name&order=desc')).toEqual(['Loa 10', 'Loa 2', 'Đình làng', 'Chợ'])
    // What asks for somebody comes first: an alarm, offline, never installed, revoked.
    expect(await names('sort=status')).toEqual(['Loa 10', 'Loa 2', 'Đình làng', 'Chợ'])
    expect(await names('sort=name&q=dinh%20thon%20DONG')).toEqual(['Đình làng'])
    expect(await names(`sort=name&areaId=${village}`)).toEqual(['Chợ', 'Đình làng'])
    expect(await names('alarms=true')).toEqual(['Loa 10'])
    for (const status of ['online', 'offline', 'never-enrolled', 'revoked'])
      expect((await list(`status=${status}`)).map((one) => one.status)).toEqual([status])
  })

  it('comes in pages that lose none, whatever the order', async () => {
    for (const query of ['sort=name', 'sort=seen&order=desc', 'sort=status', 'sort=volume', 'sort=area']) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const after = cursor === undefined ? '' : `&cursor=${cursor}`
        const page = await technician.call('GET', `/api/devices?limit=1&${query}${after}`)
        for (const one of page.json()) seen.push(one.name)
        cursor = page.headers['next-cursor']?.toString()
      } while (cursor !== undefined)
      expect(seen, query).toEqual(await names(query))
    }
    expect((await technician.call('GET', '/api/devices?cursor=bm9uc2Vuc2U')).statusCode).toBe(400)
  })

  it('counts by area and state, within what one may read', async () => {
    const { areas } = (await technician.call('GET', '/api/devices/summary')).json()
    const nothing = { online: 0, offline: 0, neverEnrolled: 0, revoked: 0, alarms: 0, muted: 0 }
    expect(areas.find(({ areaId }: { areaId: string }) => areaId === commune)).toEqual({
      ...nothing,
      areaId: commune,
      devices: 2,
      online: 1,
      offline: 1,
      alarms: 1,
      unplaced: 2,
    })
    expect(areas).toHaveLength(2)
    const found = (await technician.call('GET', '/api/devices/summary?q=cho')).json()
    expect(found.areas).toEqual([{ ...nothing, areaId: village, devices: 1, revoked: 1, unplaced: 1 }])
  })

  it('knows where a pole stands once somebody has said so, and forgets it again', async () => {
    const id = ids.Chợ
    const place = { latitude: 22.4856, longitude: 103.9707 }
    const set = await technician.call('PATCH', `/api/devices/${id}`, place)
    expect(set.json()).toMatchObject(place)
    expect((await technician.call('GET', '/api/devices/places')).json()).toEqual({
      places: [{ id, name: 'Chợ', areaId: village, status: 'revoked', alarms: 0, ...place }],
    })
    expect(await names('placed=true')).toEqual(['Chợ'])
    expect(await names('placed=false')).toHaveLength(3)
    expect((await technician.call('PATCH', `/api/devices/${id}`, { latitude: 22 })).statusCode).toBe(400)
    expect((await technician.call('PATCH', `/api/devices/${id}`, { ...place, latitude: 91 })).statusCode).toBe(400)
    await technician.call('PATCH', `/api/devices/${id}`, { latitude: null, longitude: null })
    expect((await technician.call('GET', '/api/devices/places')).json()).toEqual({ places: [] })
  })
})

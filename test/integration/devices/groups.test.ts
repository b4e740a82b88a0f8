import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { addBroadcast, planOf, soundsOf } from '../areas/schedule.ts'

let test: TestApp
let commune: string
let village: string
let market: string
let school: string
let elsewhere: string
let editor: TestUser

beforeAll(async () => {
  test = await createTestApp()
  const province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  village = await test.makeArea('village', 'Na Pao', commune)
  const other = await test.makeArea('commune', 'Mường Hum', province)
  market = await test.makeDevice(commune, 'Chợ')
  school = await test.makeDevice(village, 'Trường học')
  elsewhere = await test.makeDevice(other, 'UBND')
  editor = await test.signInAs({ areaId: commune, role: 'editor' })
})
afterAll(() => test.close())

const make = (name: string, deviceIds: readonly string[], user = editor, areaId = commune) =>
  user.call('POST', '/api/device-groups', { areaId, name, deviceIds })
const codeOf = async (answer: ReturnType<TestUser['call']>): Promise<string> => (await answer).json().code

describe('a group of speakers', () => {
  it('has speakers of its area and below, and a name of its own there', async () => {
    const made = await make('Loa chợ', [market])
    expect(made.statusCode, made.body).toBe(201)
    expect(made.json()).toMatchObject({
      area: { id: commune, name: 'Bản Lầu' },
      name: 'Loa chợ',
      deviceIds: [market],
      removedAt: null,
    })
    expect((await editor.call('GET', `/api/device-groups?areaId=${commune}`)).json()).toEqual([made.json()])
    expect(await codeOf(make('Loa chợ', []))).toBe('device-group-name-taken')
    expect(await codeOf(make('Khác', [market, elsewhere]))).toBe('device-group-member-unknown')
    expect(await codeOf(make('Khác', [school], editor, village))).toBeUndefined()
    const approver = await test.signInAs({ areaId: commune, role: 'approver' })
    expect(await codeOf(make('Khác', [], approver))).toBe('not-allowed')
  })

  it('changes who hears what from then on; what has begun was expected of those who were in it', async () => {
    const { id } = (await make('Loa sáng', [market])).json()
    await addBroadcast(test, commune, { time: '10:05', targets: [{ kind: 'group', refId: id, isExcluded: false }] })
    expect(soundsOf(await planOf(test, market, 1))).toEqual(['10:05'])
    test.clock.advance(6 * 60_000) // 10:06
    test.told.length = 0
    const changed = await editor.call('PATCH', `/api/device-groups/${id}`, { deviceIds: [school] })
    expect(changed.json()).toMatchObject({ name: 'Loa sáng', deviceIds: [school] })
    expect(test.told.sort()).toEqual([`device ${market}`, `device ${school}`].sort())
    expect(soundsOf(await planOf(test, school, 1))).toEqual(['10:05'])
    expect(soundsOf(await planOf(test, market, 1))).toEqual([])
    const expected = await test.db.prisma.expectedPlay.findMany()
    expect(expected.map(({ deviceId }) => deviceId)).toEqual([market])

    test.told.length = 0
    await editor.call('PATCH', `/api/device-groups/${id}`, { deviceIds: [school] })
    expect(test.told).toEqual([])
  })

  it('tells who changes it what does not fit on those who come in: hours, and limits', async () => {
    const { id } = (await make('Loa trưa', [market])).json()
    await addBroadcast(test, commune, { time: '12:05', targets: [{ kind: 'group', refId: id, isExcluded: false }] })
    const author = (await test.db.prisma.account.findFirstOrThrow()).id
    const hours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '11:00' }]
    const by = { updatedAt: new Date(test.clock.now()), updatedById: author }
    await test.db.prisma.areaRules.create({ data: { areaId: village, hours, maxSessionsPerDay: 1, ...by } })
    const patch = async (deviceIds: readonly string[]) =>
      (await editor.call('PATCH', `/api/device-groups/${id}`, { deviceIds })).json().impact
    const impact = await patch([market, school])
    expect(impact).toMatchObject({ devices: 1, noLongerFits: { count: 14 } })
    expect(impact.noLongerFits.occurrences[0]).toMatchObject({ reason: 'outside-hours', deviceCount: 1, cutAt: null })
    expect((await patch([market])).noLongerFits.count).toBe(0)
    await test.db.prisma.areaRules.update({
      where: { areaId: village },
      data: { hours: [{ ...hours[0], to: '13:00' }] },
    })
    const { count, days } = (await patch([market, school])).capsBroken
    expect([count, days[0]]).toMatchObject([
      14,
      { rule: 'maxSessionsPerDay', limit: 1, actual: 2, from: { id: village, name: 'Na Pao' } },
    ])
    await test.db.prisma.areaRules.deleteMany()
    await patch([])
  })

  it('keeps a member that has moved away until somebody takes it out, and one that is retired until it is back', async () => {
    const [stall, gate] = [await test.makeDevice(commune, 'Quầy'), await test.makeDevice(commune, 'Cổng')]
    const { id } = (await make('Loa phiên', [stall, gate, market])).json()
    const { areaId } = await test.db.prisma.device.findUniqueOrThrow({ where: { id: elsewhere } })
    await test.db.prisma.device.update({ where: { id: stall }, data: { areaId } })
    await test.db.prisma.device.update({ where: { id: gate }, data: { retiredAt: new Date() } })
    const patch = (deviceIds: readonly string[]) => editor.call('PATCH', `/api/device-groups/${id}`, { deviceIds })
    const own: string[] = (await editor.call('GET', `/api/device-groups/${id}`)).json().deviceIds
    expect(own.sort()).toEqual([stall, market].sort())
    expect((await patch([...own, school])).statusCode).toBe(200)
    expect(await codeOf(patch([...own, elsewhere]))).toBe('device-group-member-unknown')
    expect((await patch([market])).json().deviceIds).toEqual([market])
    expect(await codeOf(patch([market, stall]))).toBe('device-group-member-unknown')
    await test.db.prisma.device.update({ where: { id: gate }, data: { retiredAt: null } })
    const back = await test.db.prisma.deviceGroupMember.count({ where: { groupId: id, deviceId: gate } })
    expect(back).toBe(1)
  })

  it('is not removed while a broadcast to come names it; then it goes, and stays on record', async () => {
    const { id } = (await make('Loa tối', [market])).json()
    const target = { kind: 'group', refId: id, isExcluded: true } as const
    const broadcastId = await addBroadcast(test, commune, { time: '19:00', targets: [target] })
    const refused = await editor.call('DELETE', `/api/device-groups/${id}`)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'device-group-in-use'])
    expect(refused.json().title).toContain('Chương trình sáng')
    await test.db.prisma.broadcast.update({ where: { id: broadcastId }, data: { lastDate: '2026-03-01' } })
    test.clock.advance(86_400_000)
    const later = await test.signInAs({ areaId: commune, role: 'technician' })
    expect((await later.call('DELETE', `/api/device-groups/${id}`)).statusCode).toBe(204)
    expect((await later.call('DELETE', `/api/device-groups/${id}`)).statusCode).toBe(204)
    const names = (await later.call('GET', '/api/device-groups')).json().map(({ name }: { name: string }) => name)
    expect(names).not.toContain('Loa tối')
    expect((await later.call('GET', `/api/device-groups/${id}`)).json()).toMatchObject({
      deviceIds: [market],
      removedAt: '2026-03-03T03:06:00.000Z',
    })
    expect(await codeOf(later.call('PATCH', `/api/device-groups/${id}`, { name: 'X' }))).toBe('device-group-removed')
    expect((await make('Loa tối', [], later)).statusCode).toBe(201)
  })
})

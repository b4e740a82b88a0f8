import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TargetContent } from '#protocol/target.ts'
import type { ConsoleEvent } from '#server/console-events.ts'
import { compileScope } from '#server/delivery/compile.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { readKeptTarget } from '../../support/kept-target.ts'
import { addBroadcast, planOf, soundsOf } from './schedule.ts'

const HOUR_MS = 3_600_000
/** Monday 2 March 2026, 10:00 in Viet Nam. */
let test: TestApp
let province: string
let commune: string
let deviceId: string
let official: TestUser
let leader: TestUser

beforeAll(async () => {
  test = await createTestApp()
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  deviceId = await test.makeDevice(commune, 'Cụm loa chợ')
  await signIn()
  await addBroadcast(test, commune, { time: '05:30' })
  await addBroadcast(test, commune, { time: '17:00', skipHolidays: true })
})
afterAll(() => test.close())

async function signIn(): Promise<void> {
  official = await test.signInAs({ areaId: province, role: 'province_official' })
  leader = await test.signInAs({ areaId: commune, role: 'approver' })
}
/** Sessions end meanwhile. */
async function elapse(ms: number): Promise<void> {
  test.clock.advance(ms)
  await signIn()
}

describe('the calendar of holidays', () => {
  const calendar = async (user: TestUser, year = 2026) =>
    (await user.call('GET', `/api/areas/${commune}/holidays?year=${year}`)).json()
  const market = { name: 'Lễ hội chợ phiên', firstDate: '2026-03-03', lastDate: '2026-03-04' }

  it('has the public holidays, says where the lunar ones are not known, and inherits', async () => {
    const made = await official.call('POST', `/api/areas/${province}/holidays`, market)
    expect(made.statusCode, made.body).toBe(201)
    expect(made.json()).toMatchObject({ ...market, area: { id: province, name: 'Lào Cai' } })
    const shown = await calendar(leader)
    expect(shown).toMatchObject({ year: 2026, isLunarKnown: true, own: [made.json()] })
    expect(shown.publicHolidays).toContainEqual({
      date: '2026-02-17',
      name: { vi: 'Tết Nguyên đán', en: 'Lunar New Year' },
    })
    expect(await calendar(leader, 2045)).toMatchObject({ isLunarKnown: false, own: [] })
  })

  it('keeps from the air what skips holidays, and nothing else', async () => {
    expect(soundsOf(await planOf(test, deviceId, 3))).toEqual(['17:00', '05:30', '05:30', '05:30'])
  })

  it('is changed where one leads, and not above', async () => {
    const [{ id }] = (await calendar(leader)).own
    expect((await leader.call('DELETE', `/api/area-holidays/${id}`)).json().code).toBe('not-found')
    const long = { ...market, lastDate: '2026-05-02' }
    expect((await leader.call('POST', `/api/areas/${commune}/holidays`, long)).json().code).toBe('holiday-too-long')
    const backwards = { ...market, lastDate: '2026-03-01' }
    expect((await leader.call('POST', `/api/areas/${commune}/holidays`, backwards)).statusCode).toBe(400)
  })

  it('gives days back: those to come air again, those that were skipped are not expected afterwards', async () => {
    await elapse(32 * HOUR_MS) // Tuesday 18:00, an hour after what was skipped
    const [{ id }] = (await calendar(official)).own
    expect((await official.call('DELETE', `/api/area-holidays/${id}`)).statusCode).toBe(204)
    expect((await official.call('DELETE', `/api/area-holidays/${id}`)).statusCode).toBe(204)
    expect((await calendar(leader)).own).toEqual([])
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['05:30', '17:00'])
    test.clock.advance(1_000)
    await official.call('POST', `/api/areas/${province}/holidays`, {
      ...market,
      firstDate: '2026-12-24',
      lastDate: '2026-12-24',
    })
    const expected = await test.db.prisma.expectedPlay.findMany({ orderBy: { startAt: 'asc' } })
    expect(expected.map(({ startAt }) => startAt.toISOString())).toEqual([
      '2026-03-02T10:00:00.000Z',
      '2026-03-02T22:30:00.000Z',
    ])
  })
})

describe('a suspension', () => {
  const suspend = (user: TestUser, areaId: string, body: object) =>
    user.call('POST', `/api/areas/${areaId}/suspensions`, body)
  const list = async (user: TestUser, areaId: string) =>
    (await user.call('GET', `/api/areas/${areaId}/suspensions`)).json()
  const mourning = { lastDate: '2026-03-04', reason: 'Quốc tang' }
  let id: string

  /** What the target says that the device is sent. */
  async function permittedInTarget(): Promise<TargetContent['permitted']> {
    const clips = { transport: 'mqtt', baseUrl: null } as const
    await compileScope({ ...test, horizonDays: 3, clips }, { kind: 'all' }, test.clock.now(), async () => {})
    return (await readKeptTarget(test.db, deviceId)).content.permitted
  }

  it('silences an area and all below it in one tap, from now to the end of its last day', async () => {
    const told: ConsoleEvent[] = []
    const unsubscribe = test.events.subscribe((_sequence, event) => told.push(event))
    test.told.length = 0
    const made = await suspend(official, province, mourning)
    unsubscribe()
    expect(made.statusCode, made.body).toBe(201)
    ;({ id } = made.json())
    const facts = { reason: 'Quốc tang', startsAt: '2026-03-03T11:00:01.000Z', endsAt: '2026-03-04T17:00:00.000Z' }
    expect(made.json()).toMatchObject({ ...facts, state: 'in-force', liftedAt: null })
    expect(await list(leader, commune)).toEqual([made.json()])
    expect(soundsOf(await planOf(test, deviceId, 2))).toEqual(['05:30 suspended', '17:00 suspended', '05:30', '17:00'])
    // The device itself keeps silent by this, also with what it has begun.
    expect(await permittedInTarget()).toEqual([
      expect.objectContaining({ toAt: Date.parse('2026-03-03T11:00:01.000Z') }),
      expect.objectContaining({ fromAt: Date.parse('2026-03-04T17:00:00.000Z') }),
    ])
    expect(test.told).toEqual([`area ${province}`])
    expect(told.map(({ kind }) => kind)).toEqual(['areas', 'occurrences'])
  })

  it('is lifted by who may set it there, and what was silent meanwhile stays so', async () => {
    expect((await leader.call('POST', `/api/suspensions/${id}/lift`)).json().code).toBe('not-found')
    await elapse(12 * HOUR_MS) // Wednesday 06:00
    const lifted = await official.call('POST', `/api/suspensions/${id}/lift`)
    expect(lifted.json()).toMatchObject({ id, state: 'lifted', liftedAt: '2026-03-03T23:00:01.000Z' })
    test.told.length = 0
    expect((await official.call('POST', `/api/suspensions/${id}/lift`)).json()).toEqual(lifted.json())
    expect(test.told).toEqual([])
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['17:00', '05:30'])
    const silent = await test.db.prisma.expectedPlay.findMany({ where: { leftOut: 'suspended' } })
    expect(silent.map(({ startAt }) => startAt.toISOString())).toEqual(['2026-03-03T22:30:00.000Z'])
  })

  it('can be planned ahead and taken back before it begins', async () => {
    const exams = { firstDate: '2026-03-05', lastDate: '2026-03-06', reason: 'Tuần thi' }
    const planned = (await suspend(leader, commune, exams)).json()
    expect(planned).toMatchObject({ state: 'planned', startsAt: '2026-03-04T17:00:00.000Z' })
    // Pressed twice: one is to be lifted afterwards, not two.
    expect((await suspend(leader, commune, exams)).json().code).toBe('suspension-already')
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['17:00', '05:30 suspended'])
    await leader.call('POST', `/api/suspensions/${planned.id}/lift`)
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['17:00', '05:30'])
    expect((await list(leader, commune)).map(({ state }: { state: string }) => state)).toEqual(['lifted', 'lifted'])
  })

  it('has an end, and one that lies ahead', async () => {
    const over = await suspend(leader, commune, { lastDate: '2026-03-03', reason: 'x' })
    expect(over.json().code).toBe('suspension-over')
    const long = await suspend(leader, commune, { lastDate: '2026-12-31', reason: 'x' })
    expect(long.json().code).toBe('suspension-too-long')
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    expect((await suspend(editor, commune, mourning)).json().code).toBe('not-allowed')
    expect((await suspend(leader, province, mourning)).json().code).toBe('not-found')
  })
})

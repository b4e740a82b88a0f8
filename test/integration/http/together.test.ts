import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { movesRoutes } from '#server/areas/moves/routes.ts'
import { createMovesService } from '#server/areas/moves/service.ts'
import { areaZoneRoutes } from '#server/areas/zone-routes.ts'
import { createAreaZoneService } from '#server/areas/zone-service.ts'
import { roles } from '#server/auth/rules.ts'
import { changesRoutes } from '#server/broadcasts/changes-routes.ts'
import { createChangesService } from '#server/broadcasts/changes-service.ts'
import { createCheckService } from '#server/broadcasts/check-service.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from '#server/broadcasts/routes.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { bulkRoutes } from '#server/devices/bulk/routes.ts'
import { createBulkService } from '#server/devices/bulk/service.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { createProgrammesService } from '#server/library/programmes-service.ts'
import { bulletinRoutes, programmeRoutes } from '#server/library/routes.ts'
import { planningRoutes } from '#server/planning/routes.ts'
import { createPlanningService } from '#server/planning/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld } from '../broadcasts/world.ts'

/**
 * Two people change the same thing: who read it before the other's change is refused (412), and nothing is written. Asked
 * of every route that changes something which people edit in a form.
 */
let app: TestApp
let first: TestUser
let second: TestUser
let province: string
let commune: string
const ids = { village: '', account: '', device: '', group: '', programme: '', bulletin: '', broadcast: '', clip: '' }
let occurrence = ''

const silent = { ...{ hours: null, maxSessionsPerDay: null, maxMinutesPerSession: null }, volumes: null, leadIn: null }
const HOUR_MS = 3_600_000

/** Wall-clock time in Viet Nam, `aheadMs` from the test's clock. */
function localIn(aheadMs: number): { firstDate: string; localTimes: string[] } {
  const text = new Date(app.clock.now() + aheadMs + 7 * HOUR_MS).toISOString()
  return { firstDate: text.slice(0, 10), localTimes: [text.slice(11, 19)] }
}
const iso = (aheadMs: number): string => new Date(app.clock.now() + aheadMs).toISOString()

interface Ask {
  readonly method: 'PUT' | 'PATCH' | 'POST'
  readonly url: string
  readonly body?: object
}
interface Case {
  readonly name: string
  /** Where the thing is read. */
  readonly at: () => string
  /** A list of it, where forms open from one. */
  readonly list?: () => string
  readonly idIn?: () => string
  /** Another state with each step. */
  readonly change: (step: number) => Ask
}

const inVillage = () => `/api/areas/${ids.village}`
const account = () => `/api/accounts/${ids.account}`
const series = () => `/api/broadcasts/${ids.broadcast}`
const isOdd = (step: number): boolean => step % 2 === 1
const timing = () => ({ rule: 'FREQ=DAILY', ...localIn(2 * HOUR_MS) })

const cases: readonly Case[] = [
  {
    name: 'the name of an area',
    at: inVillage,
    list: () => '/api/areas',
    idIn: () => ids.village,
    change: (step) => ({ method: 'PATCH', url: inVillage(), body: { name: `Thôn ${step}` } }),
  },
  {
    name: 'the rules of an area',
    at: () => `${inVillage()}/rules`,
    change: (step) => ({
      method: 'PUT',
      url: `${inVillage()}/rules`,
      body: { ...silent, languages: [], maxMinutesPerDay: 200 + step },
    }),
  },
  {
    name: 'the zone of an area',
    at: inVillage,
    change: (step) => ({
      method: 'PUT',
      url: `${inVillage()}/time-zone`,
      body: { timeZone: isOdd(step) ? 'Asia/Bangkok' : 'Asia/Ho_Chi_Minh' },
    }),
  },
  {
    name: 'the name of a person',
    at: account,
    list: () => '/api/accounts',
    idIn: () => ids.account,
    change: (step) => ({ method: 'PATCH', url: account(), body: { displayName: `Người ${step}` } }),
  },
  {
    name: 'the roles of a person',
    at: account,
    change: (step) => ({
      method: 'PUT',
      url: `${account()}/grants`,
      body: { grants: [{ areaId: commune, role: isOdd(step) ? 'editor' : 'technician' }] },
    }),
  },
  {
    name: 'whether a person is disabled',
    at: account,
    change: (step) => ({ method: 'POST', url: `${account()}/${isOdd(step) ? 'disable' : 'enable'}` }),
  },
  {
    name: 'a device',
    at: () => `/api/devices/${ids.device}`,
    list: () => '/api/devices',
    idIn: () => ids.device,
    change: (step) => ({ method: 'PATCH', url: `/api/devices/${ids.device}`, body: { volumePercent: 40 + step } }),
  },
  {
    name: 'a group of devices',
    at: () => `/api/device-groups/${ids.group}`,
    list: () => '/api/device-groups',
    idIn: () => ids.group,
    change: (step) => ({ method: 'PATCH', url: `/api/device-groups/${ids.group}`, body: { name: `Nhóm ${step}` } }),
  },
  {
    name: 'a programme',
    at: () => `/api/programmes/${ids.programme}`,
    list: () => '/api/programmes',
    idIn: () => ids.programme,
    change: (step) => ({
      method: 'PUT',
      url: `/api/programmes/${ids.programme}`,
      body: { title: `Chương trình ${step}`, bulletinIds: [ids.bulletin] },
    }),
  },
  {
    name: 'a bulletin',
    at: () => `/api/bulletins/${ids.bulletin}`,
    list: () => '/api/bulletins',
    idIn: () => ids.bulletin,
    change: (step) => ({
      method: 'PUT',
      url: `/api/bulletins/${ids.bulletin}`,
      body: { title: `Tin sửa ${step}`, topic: 'policy', language: 'vi', clipId: ids.clip, variants: [] },
    }),
  },
  {
    name: 'a broadcast',
    at: series,
    list: () => '/api/broadcasts',
    idIn: () => ids.broadcast,
    change: (step) => ({
      method: 'PATCH',
      url: series(),
      body: { ...timing(), priority: isOdd(step) ? 'filler' : 'normal' },
    }),
  },
  {
    name: 'whether a broadcast is cancelled',
    at: series,
    change: (step) => ({ method: 'POST', url: `${series()}/${isOdd(step) ? 'cancel' : 'restore'}` }),
  },
  {
    name: 'when one occurrence sounds',
    at: series,
    list: () => `/api/occurrences?from=${iso(0)}&to=${iso(48 * HOUR_MS)}`,
    idIn: () => occurrence,
    change: (step) => ({
      method: 'POST',
      url: `/api/occurrences/${occurrence}/change`,
      body: { scope: 'this', action: 'move', startAt: iso((3 + step) * HOUR_MS) },
    }),
  },
  {
    name: 'a whole series, from one of its occurrences',
    at: () => `/api/occurrences/${occurrence}`,
    change: (step) => ({
      method: 'POST',
      url: `/api/occurrences/${occurrence}/change`,
      body: { scope: 'all', action: 'change', skipHolidays: isOdd(step) },
    }),
  },
  {
    name: 'the order among equals',
    at: () => `/api/areas/${commune}/order`,
    change: (step) => ({
      method: 'PUT',
      url: `/api/areas/${commune}/order`,
      body: { broadcastIds: isOdd(step) ? [ids.broadcast] : [] },
    }),
  },
]

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => {
      const commands = { stopOccurrence: async () => {}, issueMany: async () => [] }
      const deps = { ...parts, log: pino({ level: 'silent' }), zone: 'Asia/Ho_Chi_Minh', horizonDays: 14, commands }
      const [broadcasts, occurrences] = [createBroadcastsService(deps), createOccurrencesService(deps)]
      return [
        broadcastsRoutes({ broadcasts, occurrences }),
        changesRoutes({ changes: createChangesService({ ...deps, broadcasts }), checks: createCheckService(deps) }),
        bulletinRoutes({ bulletins: createBulletinsService(parts) }),
        programmeRoutes({ programmes: createProgrammesService(parts) }),
        bulkRoutes({ bulk: createBulkService(deps) }),
        movesRoutes({ moves: createMovesService(parts) }),
        areaZoneRoutes({ zones: createAreaZoneService(parts) }),
        planningRoutes({ planning: createPlanningService(deps) }),
      ]
    },
  })
  province = await app.makeArea('province', 'Lào Cai')
  commune = await app.makeArea('commune', 'Xã Bản Lầu', province)
  ids.village = await app.makeArea('village', 'Thôn Na Pao', commune)
  const everywhere = roles.map((role) => ({ areaId: province, role }))
  first = await app.signInAs(...everywhere)
  second = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: commune, role: 'technician' })
  ids.account = (await app.signInAs({ areaId: commune, role: 'technician' })).accountId
  ids.device = await app.makeDevice(ids.village, 'Loa nhà văn hóa')
  const world = createWorld(app.db, app.clock)
  const place = { id: commune, path: [province, commune] }
  const author = await world.account(place, 'editor')
  ids.bulletin = (await world.bulletin(place, author)).id
  ids.programme = (await world.programme(place, [{ id: ids.bulletin }])).id
  const group = { areaId: commune, name: 'Nhóm chợ', deviceIds: [ids.device] }
  ids.group = await make('/api/device-groups', group)
  ids.broadcast = await make('/api/broadcasts', { programmeId: ids.programme, areaId: commune, ...timing() })
  const list = await first.call('GET', `/api/occurrences?from=${iso(0)}&to=${iso(24 * HOUR_MS)}`)
  occurrence = z.array(z.object({ id: z.string() })).parse(list.json())[0]?.id ?? ''
  const { current } = (await first.call('GET', `/api/bulletins/${ids.bulletin}`)).json()
  ids.clip = z.object({ clipId: z.string() }).parse(current).clipId
})
afterAll(() => app?.close())

async function make(url: string, body: object): Promise<string> {
  const answer = await first.call('POST', url, body)
  expect(answer.statusCode, answer.body).toBe(201)
  return z.object({ id: z.string() }).parse(answer.json()).id
}
const revised = z.object({ id: z.string().optional(), revision: z.union([z.number(), z.string()]) })

async function look(at: string): Promise<{ tag: string; body: unknown }> {
  const answer = await first.call('GET', at)
  expect(answer.statusCode, answer.body).toBe(200)
  const tag = z.string().parse(answer.headers.etag)
  expect(tag).toBe(`"${revised.parse(answer.json()).revision}"`)
  return { tag, body: answer.json() }
}
const send = ({ method, url, body }: Ask, tag?: string, who = first) =>
  who.call(method, url, body, tag === undefined ? {} : { 'if-match': tag })

describe.each(cases)('$name', ({ at, list, idIn, change }) => {
  it('is changed by who read its last state, and by nobody who read an earlier one', async () => {
    const before = await look(at())
    const faster = await send(change(1))
    expect(faster.statusCode, faster.body).toBe(200)
    const seen = await look(at())
    expect(seen.tag).not.toBe(before.tag)

    for (const stale of [before.tag, `W/${seen.tag}`, '"nobody-had-this"']) {
      const late = await send(change(2), stale)
      expect([late.statusCode, late.json().code]).toEqual([412, 'changed-meanwhile'])
      expect(late.headers['content-type']).toContain('application/problem+json')
      expect(late.json().facts).toMatchObject({ isOwnChange: true, changedByName: expect.any(String) })
      expect(`"${late.json().facts.revision}"`).toBe(seen.tag)
      expect(Date.parse(late.json().facts.changedAt)).toBeLessThanOrEqual(app.clock.now())
    }
    expect(await look(at())).toEqual(seen)

    const fresh = await send(change(2), `"other", ${seen.tag}`)
    expect(fresh.statusCode, fresh.body).toBe(200)
    expect(fresh.headers.etag).toBe((await look(at())).tag)
    expect(fresh.headers.etag).not.toBe(seen.tag)
    expect((await send(change(3), '*')).statusCode).toBe(200)
    if (list === undefined) return
    const listed = z.array(revised).parse((await first.call('GET', list())).json())
    expect(`"${listed.find(({ id }) => id === idIn?.())?.revision}"`).toBe((await look(at())).tag)
  })

  it('is changed once when two people send theirs in the same instant', async () => {
    const { tag } = await look(at())
    // Two states other than the one that is there, and two that are the same.
    const answers = await Promise.all([send(change(4), tag), send(change(4), tag), send(change(4), tag)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412])
    const won = answers.find(({ statusCode }) => statusCode === 200)
    expect(won?.headers.etag).toBe((await look(at())).tag)
  })

  it('takes no If-Match that is none, and says so in words', async () => {
    const seen = await look(at())
    for (const header of ['3', '"a" "b"', ',']) {
      const odd = await send(change(5), header)
      expect([odd.statusCode, odd.json().code], odd.body).toEqual([400, 'bad-request'])
    }
    expect(await look(at())).toEqual(seen)
  })
})

describe('what else counts as a change', () => {
  const tagOf = async (at: string): Promise<string> => (await look(at)).tag

  it('tells whose change it was to those only who may read the trail there', async () => {
    const url = `/api/devices/${ids.device}`
    const { tag } = await look(url)
    expect((await send({ method: 'PATCH', url, body: { name: 'Loa chợ' } }, tag)).statusCode).toBe(200)
    const late = await send({ method: 'PATCH', url, body: { name: 'Loa bản' } }, tag, second)
    expect([late.statusCode, late.json().facts]).toEqual([
      412,
      { revision: expect.any(Number), changedAt: expect.any(String), changedByName: null, isOwnChange: false },
    ])
  })

  it('leaves out of a change of many devices what somebody changed meanwhile', async () => {
    const other = await app.makeDevice(ids.village, 'Loa cổng làng')
    const read = async (id: string) =>
      z.object({ revision: z.number() }).parse((await first.call('GET', `/api/devices/${id}`)).json()).revision
    const wishes = async (volumePercent: number) =>
      Promise.all([ids.device, other].map(async (id) => ({ id, volumePercent, revision: await read(id) })))
    const stale = await wishes(21)
    await send({ method: 'PATCH', url: `/api/devices/${other}`, body: { muted: true } })
    const answer = await first.call('POST', '/api/device-settings', { devices: stale })
    expect(answer.json()).toMatchObject({
      changed: [{ id: ids.device, revision: await read(ids.device) }],
      skipped: [{ deviceId: other, code: 'changed-meanwhile' }],
    })
    // Taken back by what was answered, as long as nobody came in between.
    const { changed } = answer.json()
    const again = await first.call('POST', '/api/device-settings', { devices: changed })
    expect(again.json()).toMatchObject({ changed: [{ id: ids.device }], skipped: [] })
    const twice = await first.call('POST', '/api/device-settings', {
      devices: changed.map((one: object) => ({ ...one, volumePercent: 33 })),
    })
    expect(twice.json().skipped).toMatchObject([{ code: 'changed-meanwhile' }])
  })

  it('counts where a device or an area stands, and that a device left its groups', async () => {
    const moved = await app.makeDevice(ids.village, 'Loa chuyển chỗ')
    const url = `/api/devices/${moved}`
    const before = await tagOf(url)
    const into = { areaIds: [], deviceIds: [moved], intoId: commune, from: 'now', reason: 'Dời cột loa' }
    expect((await first.call('POST', '/api/moves', into)).statusCode).toBe(201)
    const there = await tagOf(url)
    expect(there).not.toBe(before)
    const group = await make('/api/device-groups', { areaId: commune, name: 'Nhóm dời', deviceIds: [moved] })
    const whole = await tagOf(`/api/device-groups/${group}`)
    const retire = (tag: string) => first.call('POST', `${url}/retire`, { reason: 'Cột đổ' }, { 'if-match': tag })
    expect((await retire(before)).statusCode).toBe(412)
    expect((await retire(there)).statusCode).toBe(200)
    expect(await tagOf(`/api/device-groups/${group}`)).not.toBe(whole)
    const remove = (tag: string) => first.call('DELETE', `/api/device-groups/${group}`, undefined, { 'if-match': tag })
    expect((await remove(whole)).statusCode).toBe(412)
    expect((await remove(await tagOf(`/api/device-groups/${group}`))).statusCode).toBe(204)
  })

  it('does not count what changed nothing', async () => {
    const url = `/api/device-groups/${ids.group}`
    const { tag, body } = await look(url)
    const { name } = z.object({ name: z.string() }).parse(body)
    const same = await send({ method: 'PATCH', url, body: { name } }, tag)
    expect([same.statusCode, same.headers.etag]).toEqual([200, tag])
  })
})

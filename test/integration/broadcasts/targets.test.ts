import { beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#server/auth/rules.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { showBroadcast } from '#server/broadcasts/views.ts'
import type { ConsoleEvent } from '#server/console-events.ts'
import { mayHear } from '#server/http/event-stream.ts'
import type { TestDatabase } from '../../support/database.ts'
import { planFor, useDesk } from './desk.ts'
import type { Services } from './services.ts'
import { at, type TestArea, type World } from './world.ts'

const desk = useDesk()
const { clock } = desk
let db: TestDatabase
let world: World
let services: Services
let province: TestArea
let commune: TestArea
let neighbour: TestArea
let official: Actor
let editor: Actor
let plan: NewBroadcast

beforeEach(async () => {
  ;({ db, world, services } = desk)
  province = await world.area('province')
  commune = await world.area('commune', province)
  neighbour = await world.area('commune', province)
  official = await world.account(province, 'province_official')
  editor = await world.account(neighbour, 'editor')
  const { id: programmeId } = await world.programme(province, [await world.bulletin(province, official)])
  plan = planFor({ programmeId, areaId: province.id }, { priority: 'priority', rule: null })
})

const target = (kind: 'area' | 'group' | 'device', id: string, isExcluded = false) => ({ kind, id, isExcluded })

async function group(area: TestArea, deviceIds: readonly string[]): Promise<string> {
  const id = world.draw()
  const members = { create: deviceIds.map((deviceId) => ({ deviceId })) }
  await db.prisma.deviceGroup.create({
    data: { id, areaId: area.id, name: 'Loa chợ', createdAt: new Date(clock.now()), members },
  })
  return id
}

describe('what a broadcast is aimed at', () => {
  it('is heard by areas, groups and devices that are named, but for exceptions, and by nobody else', async () => {
    const devices = await Promise.all(
      [commune, commune, commune, neighbour, neighbour].map((area) => world.device(area)),
    )
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = devices.map(({ id }) => id)
    const groupId = await group(neighbour, [fourth])
    const { broadcasts, occurrences } = services
    const targets = [target('area', commune.id), target('group', groupId), target('device', second, true)]
    const { row, readiness } = await broadcasts.create(official, { ...plan, targets })
    expect(row.aims).toHaveLength(3)
    expect(readiness.total).toBe(3)
    const range = { from: at('2026-11-24T00:00:00Z'), to: at('2026-11-25T00:00:00Z') }
    expect((await occurrences.list(official, range, undefined)).map((one) => one.devices.expected)).toEqual([3])
    clock.set('2026-11-24T01:00:00Z')
    await occurrences.advance()
    const expected = await db.prisma.expectedPlay.findMany({ where: { occurrence: { broadcastId: row.id } } })
    expect(expected.map((one) => one.deviceId).sort()).toEqual([first, third, fourth].sort())
    expect([first, third, fourth]).not.toContain(fifth)
  })

  it.each([
    ['another commune', () => [target('area', commune.id)], false],
    ['a device of another commune', async () => [target('device', (await world.device(commune)).id)], false],
    ['all but this commune', () => [target('area', neighbour.id, true)], false],
    ['this commune', () => [target('area', neighbour.id)], true],
    ['a village in it', async () => [target('area', (await world.area('village', neighbour)).id)], true],
    ['a device of it', async () => [target('device', (await world.device(neighbour)).id)], true],
    [
      'a group with one of its devices',
      async () => {
        const { id } = await world.device(neighbour)
        return [target('group', await group(province, [id]))]
      },
      true,
    ],
    ['all but one device', async () => [target('device', (await world.device(neighbour)).id, true)], true],
  ])('a province’s broadcast aimed at %s', async (_name, makeTargets, isSeen) => {
    const { broadcasts, occurrences, deps } = services
    const told: ConsoleEvent[] = []
    deps.events.subscribe((_sequence, event) => void told.push(event))
    const { row } = await broadcasts.create(official, { ...plan, targets: await makeTargets() })
    const isListed = async (): Promise<boolean[]> => {
      const range = { from: at('2026-11-24T00:00:00Z'), to: at('2026-11-25T00:00:00Z') }
      const seen = [await broadcasts.list(editor, undefined), await occurrences.list(editor, range, undefined)]
      return seen.map((list) => list.length > 0)
    }
    expect(await isListed()).toEqual([isSeen, isSeen])
    const asked = broadcasts.get(editor, row.id)
    if (isSeen) await expect(asked).resolves.toBeDefined()
    else await expect(asked).rejects.toMatchObject({ code: 'not-found' })
    clock.set('2026-11-24T01:00:10Z')
    await occurrences.advance()
    expect(await isListed()).toEqual([isSeen, isSeen])
    // Consoles are told of what they may read, and of nothing else.
    const own = told.filter((event) => 'id' in event && event.id?.startsWith(row.id))
    expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(['broadcasts', 'occurrences']))
    expect(new Set(own.map((event) => mayHear(editor, event)))).toEqual(new Set([isSeen]))
    expect(own.every((event) => mayHear(official, event))).toBe(true)
  })

  it('tells each reader only the aims within or above its own areas, and how many are elsewhere', async () => {
    const [theirs, own] = [await world.device(commune), await world.device(neighbour)]
    const [everywhere, foreign] = [await group(province, [theirs.id]), await group(commune, [theirs.id])]
    const village = await world.area('village', neighbour)
    const shown = [target('area', village.id), target('device', own.id, true), target('group', everywhere)]
    const hidden = [target('area', commune.id), target('device', theirs.id, true), target('group', foreign)]
    const { broadcasts } = services
    const { row } = await broadcasts.create(official, { ...plan, targets: [...shown, ...hidden] })
    const [seen] = await broadcasts.list(editor, undefined)
    if (seen === undefined) throw new Error('the broadcast is not listed')
    const told = showBroadcast(seen)
    const ids = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id).sort()
    expect([ids(told.targets), told.targetsElsewhere]).toEqual([ids(shown), 3])
    expect(hidden.filter(({ id }) => JSON.stringify(told).includes(id))).toEqual([])
    const whole = showBroadcast(await broadcasts.get(official, row.id))
    expect([ids(whole.targets), whole.targetsElsewhere]).toEqual([ids([...shown, ...hidden]), 0])
  })

  it.each([
    ['an area outside', async () => [target('area', (await world.area('province')).id)]],
    ['an area that never was', () => [target('area', world.draw())]],
    ['a device outside', async () => [target('device', (await world.device(await world.area('province'))).id)]],
    [
      'a group that was removed',
      async () => {
        const id = await group(commune, [])
        await db.prisma.deviceGroup.update({ where: { id }, data: { removedAt: new Date(clock.now()) } })
        return [target('group', id)]
      },
    ],
  ])('cannot be %s', async (_name, makeTargets) => {
    const asked = services.broadcasts.create(official, { ...plan, targets: await makeTargets() })
    await expect(asked).rejects.toMatchObject({ code: 'broadcast-target-unknown' })
  })

  it('stays, with the rest of the manner, when a change says nothing about it; and what was taken away since', async () => {
    const { id: deviceId } = await world.device(commune)
    const { broadcasts } = services
    const manner = { languageMode: 'each', lateStart: 'skip', onConflict: 'drop', skipHolidays: true } as const
    const { row } = await broadcasts.create(official, { ...plan, targets: [target('device', deviceId)], ...manner })
    await db.prisma.device.update({ where: { id: deviceId }, data: { retiredAt: new Date(clock.now()) } })
    const { programmeId, areaId, ...change } = { ...plan, priority: 'normal' as const }
    const changed = await broadcasts.change(official, row.id, change)
    expect(changed.row).toMatchObject({ ...manner, priority: 'normal', aims: [{ refId: deviceId }] })
    const everybody = await broadcasts.change(official, row.id, { ...change, targets: [], lateStart: 'join' })
    expect(everybody.row).toMatchObject({ ...manner, lateStart: 'join', aims: [] })
    expect([programmeId, areaId]).toEqual([row.programmeId, row.areaId])
  })
})

describe('a queue inside the communes’ hours', () => {
  it('is for a province’s broadcasts of priority “priority” only', async () => {
    const { broadcasts } = services
    const queued = { ...plan, placement: 'queue' as const }
    await expect(broadcasts.create(official, queued)).resolves.toMatchObject({ row: { placement: 'queue' } })
    const refused = { code: 'broadcast-queue-not-allowed' }
    await expect(broadcasts.create(official, { ...queued, priority: 'normal' })).rejects.toMatchObject(refused)
    await expect(broadcasts.create(official, { ...queued, areaId: commune.id })).rejects.toMatchObject(refused)
  })
})

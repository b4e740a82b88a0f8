import { describe, expect, it } from 'vitest'
import { type Destination, findObstacle, type MovingArea, placesOf } from '#server/areas/moves/rules.ts'

const commune = (id: string, over: Partial<MovingArea> = {}): MovingArea => ({
  id,
  kind: 'commune',
  name: `Xã ${id}`,
  parentId: 'province',
  ...over,
})
const into: Destination = {
  id: 'new',
  kind: 'commune',
  name: 'Xã mới',
  path: ['province', 'new'],
  areas: [{ id: 'there', name: 'Thôn Đông' }],
  devices: [{ id: 'horn', name: 'Cột 1' }],
}

describe('what is in the way of a move', () => {
  it.each<[string, Parameters<typeof findObstacle>[0], Destination, ReturnType<typeof findObstacle>]>([
    ['two communes merge into a new one', { areas: [commune('a'), commune('b')], devices: [] }, into, undefined],
    [
      'an area into itself',
      { areas: [commune('new')], devices: [] },
      into,
      { code: 'move-into-itself', name: 'Xã new' },
    ],
    [
      'an area into what stands below it',
      { areas: [commune('province')], devices: [] },
      into,
      { code: 'move-into-itself', name: 'Xã province' },
    ],
    [
      'a commune into a village',
      { areas: [commune('a')], devices: [] },
      { ...into, kind: 'village' },
      { code: 'area-kind-misplaced', name: 'Xã a' },
    ],
    [
      'to where it stands',
      { areas: [commune('a', { parentId: 'new' })], devices: [] },
      into,
      { code: 'move-already-there', name: 'Xã a' },
    ],
    [
      'a name that is taken there',
      { areas: [commune('a', { kind: 'village', name: 'Thôn Đông' })], devices: [] },
      into,
      { code: 'move-name-taken', name: 'Thôn Đông' },
    ],
    [
      'two of one name that come together',
      { areas: [commune('a', { name: 'Hòa Bình' }), commune('b', { name: 'Hòa Bình' })], devices: [] },
      into,
      { code: 'move-name-taken', name: 'Hòa Bình' },
    ],
    [
      'a speaker whose name is taken there',
      { areas: [], devices: [{ id: 'x', name: 'Cột 1', areaId: 'a' }] },
      into,
      { code: 'move-name-taken', name: 'Cột 1' },
    ],
    [
      'a speaker to where it stands',
      { areas: [], devices: [{ id: 'horn', name: 'Cột 1', areaId: 'new' }] },
      into,
      { code: 'move-already-there', name: 'Cột 1' },
    ],
    [
      'an area and a speaker may be named alike',
      { areas: [], devices: [{ id: 'x', name: 'Thôn Đông', areaId: 'a' }] },
      into,
      undefined,
    ],
  ])('%s', (_name, moving, destination, obstacle) => {
    expect(findObstacle(moving, destination)).toEqual(obstacle)
  })
})

it('concerns the place that an area leaves, not only the area', () => {
  const areas = [{ path: ['province', 'a'] }, { path: ['root'] }]
  expect(placesOf(areas, [{ areaPath: ['province', 'b'] }])).toEqual([['province'], ['root'], ['province', 'b']])
})

import type { Area } from '../../api/types.ts'
import type { Router } from '../../router.svelte.ts'

/** What the list shows, as it stands in the address. */
export interface Filter {
  readonly state: State | undefined
  readonly areaId: string | undefined
  readonly groupId: string | undefined
  readonly search: string
  readonly sort: Sort
}

export const states = ['online', 'offline', 'alarms', 'never-enrolled', 'revoked', 'muted'] as const
export type State = (typeof states)[number]
export const sorts = ['name', 'status', 'area', 'seen', 'volume'] as const
export type Sort = (typeof sorts)[number]

export function readFilter(query: URLSearchParams): Filter {
  return {
    state: states.find((state) => state === query.get('loc')),
    areaId: query.get('dia-ban') ?? undefined,
    groupId: query.get('nhom') ?? undefined,
    search: query.get('tim') ?? '',
    sort: sorts.find((sort) => sort === query.get('sap')) ?? 'name',
  }
}

/** The address of the list with some of it changed. */
export function hrefOf(filter: Filter, change: Partial<Filter> = {}): string {
  const { state, areaId, groupId, search, sort } = { ...filter, ...change }
  const query = new URLSearchParams()
  if (state) query.set('loc', state)
  if (areaId) query.set('dia-ban', areaId)
  if (groupId) query.set('nhom', groupId)
  if (search) query.set('tim', search)
  if (sort !== 'name') query.set('sap', sort)
  const text = query.toString()
  return text === '' ? '#/cum-loa' : `#/cum-loa?${text}`
}

/** Without a step in the history: it changes with every letter. */
export const searchFor = (router: Router, filter: Filter, search: string): void =>
  router.replace(hrefOf(filter, { search }))

/** For the server: which devices, whatever their state. */
export const placeQuery = ({ areaId, groupId, search }: Filter) => ({
  ...(areaId ? { areaId } : {}),
  ...(groupId ? { groupId } : {}),
  ...(search.trim() ? { q: search.trim() } : {}),
})

export function deviceQuery(filter: Filter) {
  const { state, sort } = filter
  const isStatus = state !== undefined && state !== 'alarms' && state !== 'muted'
  return {
    ...placeQuery(filter),
    ...(isStatus ? { status: state } : {}),
    ...(state === 'alarms' ? { alarms: 'true' as const } : {}),
    ...(state === 'muted' ? { muted: 'true' as const } : {}),
    sort,
    order: sort === 'volume' ? ('desc' as const) : ('asc' as const),
  }
}

export interface AreaCounts {
  readonly areaId: string
  readonly devices: number
  readonly online: number
  readonly offline: number
  readonly neverEnrolled: number
  readonly revoked: number
  readonly alarms: number
  readonly muted: number
  readonly unplaced: number
}
export type Counts = Omit<AreaCounts, 'areaId'>
const none: Counts = {
  devices: 0,
  online: 0,
  offline: 0,
  neverEnrolled: 0,
  revoked: 0,
  alarms: 0,
  muted: 0,
  unplaced: 0,
}

const add = (a: Counts, b: Counts): Counts => ({
  devices: a.devices + b.devices,
  online: a.online + b.online,
  offline: a.offline + b.offline,
  neverEnrolled: a.neverEnrolled + b.neverEnrolled,
  revoked: a.revoked + b.revoked,
  alarms: a.alarms + b.alarms,
  muted: a.muted + b.muted,
  unplaced: a.unplaced + b.unplaced,
})

/** What stands in each area and below it, and (under '') everywhere. */
export function sumCounts(own: readonly AreaCounts[], areas: readonly Area[]): ReadonlyMap<string, Counts> {
  const paths = new Map(areas.map(({ id, path }) => [id, path]))
  const sums = new Map<string, Counts>([['', none]])
  for (const counts of own) {
    for (const id of ['', ...(paths.get(counts.areaId) ?? [counts.areaId])])
      sums.set(id, add(sums.get(id) ?? none, counts))
  }
  return sums
}

export function countOf(counts: Counts | undefined, state: State | undefined): number {
  if (counts === undefined) return 0
  if (state === undefined) return counts.devices
  return state === 'never-enrolled' ? counts.neverEnrolled : counts[state]
}

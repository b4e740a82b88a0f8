import type { Role } from '../../api/types.ts'
import { roles } from './grants.ts'

export const states = ['waiting', 'unprotected', 'disabled'] as const
export type State = (typeof states)[number]

/** Which people show, as the address holds it: `#/nguoi-dung?loc=waiting&dia-ban=<id>&vai=editor&tim=lan`. */
export interface PeopleFilter {
  readonly state: State | undefined
  readonly areaId: string | undefined
  readonly role: Role | undefined
  readonly search: string
}

export const readFilter = (query: URLSearchParams): PeopleFilter => ({
  state: states.find((state) => state === query.get('loc')),
  areaId: query.get('dia-ban') || undefined,
  role: roles.find((role) => role === query.get('vai')),
  search: query.get('tim') ?? '',
})

export function hrefOf(filter: PeopleFilter, change: Partial<PeopleFilter> = {}): string {
  const { state, areaId, role, search } = { ...filter, ...change }
  const query = new URLSearchParams()
  if (state) query.set('loc', state)
  if (areaId) query.set('dia-ban', areaId)
  if (role) query.set('vai', role)
  if (search) query.set('tim', search)
  return query.size === 0 ? '#/nguoi-dung' : `#/nguoi-dung?${query}`
}

/** For the server: who, however they stand with signing in. */
export const placeQuery = ({ areaId, role, search }: PeopleFilter) => ({
  ...(areaId ? { areaId } : {}),
  ...(role ? { role } : {}),
  ...(search.trim() ? { q: search.trim() } : {}),
})

export const peopleQuery = (filter: PeopleFilter) => ({
  ...placeQuery(filter),
  ...(filter.state ? { state: filter.state } : {}),
})

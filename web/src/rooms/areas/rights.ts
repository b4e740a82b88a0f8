import type { Area } from '../../api/types.ts'
import type { Action, SessionStore } from '../../session.svelte.ts'

/** Whether this person may do it there, as far as the console knows; the server decides. */
export function mayIn(session: SessionStore, action: Action, area: Pick<Area, 'path'>): boolean {
  const grants = session.current?.account.grants ?? []
  return session.may(action) && grants.some(({ areaId }) => area.path.includes(areaId))
}

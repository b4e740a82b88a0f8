import { Problem } from '#server/http/problem.ts'
import { type Action, type Actor, isAction, mayAct } from './rules.ts'

/** The action with which one may know at all that such an object exists: `devices.manage` → `devices.read`. */
export function readActionFor(action: Action): Action {
  const read = `${action.split('.')[0]}.read`
  return isAction(read) ? read : 'areas.read'
}

/**
 * Ends the request unless the actor may do this in the area with this path (root first, the area itself last).
 *
 * @throws Problem `not-found` when the actor may not even read there: objects outside one's areas do not exist for one.
 * @throws Problem `not-allowed` when the actor may read there, but not do this.
 */
export function assertMay(actor: Actor, action: Action, areaPath: readonly string[]): void {
  if (mayAct(actor, action, areaPath)) return
  throw new Problem(mayAct(actor, readActionFor(action), areaPath) ? 'not-allowed' : 'not-found')
}

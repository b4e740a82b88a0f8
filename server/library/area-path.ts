import { type Db, findArea } from '#server/areas/store.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Action, Actor } from '#server/auth/rules.ts'
import { Problem } from '#server/http/problem.ts'
import { findPathOf, type LibraryThing } from './places-store.ts'

/**
 * The area's path (root first, the area itself last), by which the library decides who may do what there.
 *
 * @throws Problem `not-found` when there is no such area.
 */
export async function readAreaPath(db: Db, areaId: string): Promise<readonly string[]> {
  const area = await findArea(db, areaId)
  if (area === null) throw new Problem('not-found')
  return area.path
}

/** What somebody wants of the library. */
export interface LibraryWish {
  readonly action: Action
  readonly thing: LibraryThing
  readonly id: string
}

/**
 * Ends the request unless the actor may do this with a thing of the library. To be asked before anything of it is loaded:
 * the time that takes would tell whether it is there.
 *
 * @throws Problem `not-found`, `not-allowed` as `assertMay` does.
 */
export async function assertMayDo(db: Db, actor: Actor, { action, thing, id }: LibraryWish): Promise<void> {
  const path = await findPathOf(db, thing, id)
  if (path === undefined) throw new Problem('not-found')
  assertMay(actor, action, path)
}

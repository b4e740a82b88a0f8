import { type Actor, mayAct } from '#server/auth/rules.ts'
import { type IfMatch, matchesRevision, type Revision } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { AuditAction } from './actions.ts'
import { findLastChange } from './reading-store.ts'
import type { Db } from './store.ts'

/** Something that people edit, as it is now: locked, so that it stays so until the transaction ends. */
export interface Revised {
  readonly revision: Revision
  /** Under which the trail keeps its changes. */
  readonly id: string
  readonly actions: readonly AuditAction[]
  /** Of its parts: a broadcast's occurrences. */
  readonly partActions?: readonly AuditAction[]
}

/**
 * Refuses a change of what is another now than what was looked at, before anything is written. To be asked after rights,
 * so that nobody learns of what they may not read. What stands of the last change in the trail is told with it, the name
 * to those only who may read there.
 *
 * @throws Problem `changed-meanwhile`, with `facts`: `revision` (now), `changedAt`, `changedByName` and `isOwnChange`
 */
export async function assertUnchanged(
  tx: Db,
  actor: Actor,
  ifMatch: IfMatch | undefined,
  { revision, id, actions, partActions = [] }: Revised,
): Promise<void> {
  if (matchesRevision(ifMatch, revision)) return
  const last = await findLastChange(tx, id, { ofIt: actions, ofParts: partActions })
  const isOwnChange = last?.actorId === actor.accountId
  const mayKnow = last !== undefined && (isOwnChange || mayAct(actor, 'audit.read', last.areaPath))
  throw new Problem(
    'changed-meanwhile',
    {},
    {
      facts: {
        revision,
        changedAt: last?.at.toISOString() ?? null,
        changedByName: mayKnow ? last.actorName : null,
        isOwnChange,
      },
    },
  )
}

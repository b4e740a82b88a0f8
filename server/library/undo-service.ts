import type { Actor } from '#server/auth/rules.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import { type BulletinDeps, type BulletinView, createBulletinDesk, trailOf } from './bulletin-desk.ts'
import { submitRevision } from './bulletins-store.ts'
import type { Named } from './rules.ts'
import { decideUndo, UNDO_MS } from './undo-rules.ts'

export type UndoService = ReturnType<typeof createUndoService>

export function createUndoService(deps: BulletinDeps) {
  const { clock } = deps
  const desk = createBulletinDesk(deps)
  return {
    /** Puts what the actor has just approved or returned back among what waits. @throws Problem with `decideUndo`'s refusal. */
    async undo(actor: Actor, id: string, named: Named): Promise<BulletinView> {
      const bulletin = await desk.loadFor(actor, 'library.approve', id)
      return desk.change(actor, bulletin, async (tx, current, note) => {
        const decidedAt = current.decidedAt === null ? null : toInstant(current.decidedAt)
        const decision = decideUndo({ ...current, decidedAt }, named, actor.accountId, clock.now())
        if (!decision.ok) throw new Problem(decision.refusal, { minutes: UNDO_MS / 60_000 })
        await submitRevision(tx, current.id, current.contentHash, current.submittedAt ?? toDate(clock.now()))
        const { state, comment } = current
        note({
          action: 'bulletin.decision-undone',
          areaPath: bulletin.area.path,
          subject: { type: 'bulletin', id },
          before: { ...trailOf(current), state, ...(comment === null ? {} : { comment }) },
          after: { ...trailOf(current), state: 'pending' },
        })
      })
    },
  }
}

import { listRights } from '#server/approvals/rules.ts'
import { listProgrammesOf } from '#server/approvals/store.ts'
import type { AuditNote } from '#server/audit/audit.ts'
import type { Actor } from '#server/auth/rules.ts'
import { assertStillFit, readIntended } from '#server/broadcasts/fits.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import {
  type BulletinDeps,
  type BulletinDesk,
  type BulletinView,
  factsOf,
  hashRevision,
  readContributors,
  trailOf,
} from './bulletin-desk.ts'
import {
  type BulletinRow,
  decideRevision,
  findApprovedRevision,
  listBroadcastsOf,
  submitRevision,
} from './bulletins-store.ts'
import { decideApprove, decideReturn, decideSubmit, type Named } from './rules.ts'
import { findStandingOf } from './standing.ts'

/** What is refused since the same people would write and judge. */
const fourEyes: ReadonlySet<string> = new Set(['author-may-not-decide', 'delegator-may-not-decide'])

/** Submitting a bulletin, approving and returning it. */
export function createDecisionsService(deps: BulletinDeps, desk: BulletinDesk) {
  const { clock } = deps

  /** A bulletin's entry in the trail, its area and id filled in. */
  const noteOf = ({ id, area }: BulletinRow, rest: Pick<AuditNote, 'action'> & Partial<AuditNote>): AuditNote => ({
    areaPath: area.path,
    subject: { type: 'bulletin', id },
    ...rest,
  })

  /** Runs a decision; an attempt to judge the own work is told to the auditors and to whoever watches. */
  async function decide(
    actor: Actor,
    bulletin: BulletinRow,
    action: 'bulletin.approved' | 'bulletin.returned',
    named: Named,
    run: () => Promise<BulletinView>,
  ): Promise<BulletinView> {
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem && fourEyes.has(error.code)) {
        const { accountId, userName, origin } = actor
        deps.security.report('permission-denied', { accountId, userName, ...origin, detail: error.code })
        const after = { revisionId: named.revisionId, contentHash: named.contentHash }
        await deps.audit.note(actor, noteOf(bulletin, { action, outcome: 'refused', reason: error.code, after }))
      }
      throw error
    }
  }

  return {
    /**
     * Whoever submits answers for it: somebody else's draft goes on as a revision in the submitter's own name, so that
     * the submitter counts among its authors and its history says who sent it. With a standing approval for every
     * programme that it stands in it is approved at once, by who gave that. Where it is planned it must fit: who approves it
     * judges what it says, and does not plan.
     *
     * @throws Problem `broadcast-…`
     */
    async submit(actor: Actor, id: string, revisionId: string): Promise<BulletinView> {
      const bulletin = await desk.loadFor(actor, 'library.edit', id)
      return desk.change(actor, bulletin, async (tx, current, note) => {
        const decision = decideSubmit(factsOf(current), revisionId)
        if (!decision.ok) throw new Problem(decision.refusal)
        // A draft may have been written before its audio was ready: only now is its content's hash final.
        const contentHash = hashRevision(current)
        // What was returned stays on record as it was judged, with its comment.
        const isOwnDraft = current.authorId === actor.accountId && current.state === 'draft'
        const sent = isOwnDraft ? current : await desk.insertNext(tx, actor, current, { ...current, contentHash })
        const at = toDate(clock.now())
        const now = clock.now()
        const broadcastIds = await listBroadcastsOf(tx, id)
        // Held against what they played before: a draft whose audio was not ready yet had no length.
        const planned = await readIntended(tx, broadcastIds, now, {
          bulletinId: id,
          revisionId: await findApprovedRevision(tx, id),
        })
        await submitRevision(tx, sent.id, contentHash, at)
        await assertStillFit(tx, planned, now)
        const pending = { ...trailOf({ ...current, contentHash, number: sent.number }), state: 'pending' }
        const before = { ...trailOf(current), state: current.state }
        note(noteOf(bulletin, { action: 'bulletin.submitted', before, after: pending }))
        const standing = await findStandingOf(tx, bulletin, await listProgrammesOf(tx, id), clock.now())
        if (standing === undefined) return
        const { givenById: deciderId, onBehalfOfId, id: standingApprovalId } = standing
        await decideRevision(tx, sent.id, {
          state: 'approved',
          deciderId,
          onBehalfOfId,
          standingApprovalId,
          comment: null,
          at,
        })
        note(
          noteOf(bulletin, {
            action: 'bulletin.approved',
            after: { ...pending, state: 'approved', deciderId, standingApprovalId },
            onBehalfOfId: onBehalfOfId ?? undefined,
          }),
        )
      })
    },

    async approve(actor: Actor, id: string, named: Named): Promise<BulletinView> {
      const bulletin = await desk.loadFor(actor, 'library.approve', id)
      const { accountId } = actor
      const rights = listRights(actor, bulletin.area.path)
      const run = () =>
        desk.change(actor, bulletin, async (tx, current, note) => {
          const contributorIds = (await readContributors(tx, [id])).get(id) ?? new Set()
          const decision = decideApprove({ ...factsOf(current), contributorIds }, named, { accountId, rights })
          if (!decision.ok) throw new Problem(decision.refusal)
          await decideRevision(tx, current.id, {
            state: 'approved',
            deciderId: accountId,
            onBehalfOfId: decision.right,
            standingApprovalId: null,
            comment: null,
            at: toDate(clock.now()),
          })
          note(
            noteOf(bulletin, {
              action: 'bulletin.approved',
              after: { ...trailOf(current), state: 'approved', deciderId: accountId },
              onBehalfOfId: decision.right ?? undefined,
            }),
          )
        })
      return decide(actor, bulletin, 'bulletin.approved', named, run)
    },

    async return(actor: Actor, id: string, named: Named & { comment: string }): Promise<BulletinView> {
      const bulletin = await desk.loadFor(actor, 'library.approve', id)
      const { accountId } = actor
      const rights = listRights(actor, bulletin.area.path)
      const run = () =>
        desk.change(actor, bulletin, async (tx, current, note) => {
          const decision = decideReturn(factsOf(current), named, { accountId, rights })
          if (!decision.ok) throw new Problem(decision.refusal)
          const { comment } = named
          await decideRevision(tx, current.id, {
            state: 'returned',
            deciderId: accountId,
            onBehalfOfId: decision.right,
            standingApprovalId: null,
            comment,
            at: toDate(clock.now()),
          })
          note(
            noteOf(bulletin, {
              action: 'bulletin.returned',
              after: { ...trailOf(current), state: 'returned', deciderId: accountId, comment },
              onBehalfOfId: decision.right ?? undefined,
            }),
          )
        })
      return decide(actor, bulletin, 'bulletin.returned', named, run)
    },
  }
}

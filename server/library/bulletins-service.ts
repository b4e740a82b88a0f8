import { newId } from '#protocol/ids.ts'
import { findArea } from '#server/areas/store.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/service.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { Problem } from '#server/http/problem.ts'
import {
  type BulletinRow,
  decideRevision,
  findAccountNames,
  findBulletin,
  insertBulletin,
  insertRevision,
  listBroadcastAreas,
  listBulletins,
  listRevisions,
  lockBulletin,
  type RevisionContent,
  type RevisionRow,
  submitRevision,
} from './bulletins-store.ts'
import { findClip } from './clips-store.ts'
import {
  type ApprovalState,
  decideApprove,
  decideReturn,
  decideSubmit,
  hashContent,
  type RevisionFacts,
} from './rules.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
}

const listLimit = 500

export interface BulletinView {
  bulletin: BulletinRow
  current: RevisionRow
  names: Map<string, string>
}

export type BulletinsService = ReturnType<typeof createBulletinsService>

export function createBulletinsService(deps: Deps) {
  const { db, clock } = deps

  async function areaPathOf(id: string): Promise<readonly string[]> {
    const area = await findArea(db.prisma, id)
    if (area === null) throw new Problem('not-found')
    return area.path
  }

  function currentOf(bulletin: BulletinRow): RevisionRow {
    const [current] = bulletin.revisions
    if (current === undefined) throw new Error(`bulletin ${bulletin.id} has no revision`)
    return current
  }

  const peopleOf = (revisions: readonly RevisionRow[]): string[] => [
    ...new Set(revisions.flatMap((one) => [one.authorId, one.deciderId ?? one.authorId])),
  ]

  async function view(bulletin: BulletinRow): Promise<BulletinView> {
    const current = currentOf(bulletin)
    return { bulletin, current, names: await findAccountNames(db.prisma, peopleOf([current])) }
  }

  async function load(id: string): Promise<BulletinRow> {
    const bulletin = await findBulletin(db.prisma, id)
    if (bulletin === null) throw new Problem('not-found')
    return bulletin
  }

  const factsOf = (revision: RevisionRow): RevisionFacts => ({ ...revision, clipState: revision.clip.state })

  /** Audio of the bulletin's own area or of one above it: a commune may use the province's, never its neighbour's. */
  async function hashFor(actor: Actor, areaPath: readonly string[], content: RevisionContent): Promise<string> {
    const clip = await findClip(db.prisma, content.clipId)
    if (clip === null) throw new Problem('not-found')
    assertMay(actor, 'library.read', clip.area.path)
    if (!areaPath.includes(clip.areaId)) throw new Problem('bulletin-out-of-area')
    if (clip.state === 'rejected') throw new Problem('clip-rejected')
    return hashContent({ ...content, clipHash: clip.sha256 ?? clip.id })
  }

  async function announce(bulletin: BulletinRow): Promise<void> {
    deps.events.publish({ kind: 'bulletins', areaPath: bulletin.area.path, id: bulletin.id })
    for (const areaId of await listBroadcastAreas(db.prisma, bulletin.id)) deps.plan.areaChanged(areaId)
  }

  /** Locks, decides on the newest revision, writes; then tells whom it concerns. */
  async function change(
    bulletin: BulletinRow,
    act: (tx: Parameters<typeof findBulletin>[0], current: RevisionRow) => Promise<void>,
  ): Promise<BulletinView> {
    let frozen: FrozenOccurrence[] = []
    await db.prisma.$transaction(async (tx) => {
      // What has begun is frozen first: a decision now never changes what was expected (architecture: expected plays).
      frozen = await freezeDueOccurrences(tx, clock.now())
      await lockBulletin(tx, bulletin.id)
      const fresh = await findBulletin(tx, bulletin.id)
      if (fresh === null) throw new Problem('not-found')
      await act(tx, currentOf(fresh))
    }, planTransaction)
    announceFrozen(deps.events, frozen)
    await announce(bulletin)
    return view(await load(bulletin.id))
  }

  return {
    async list(actor: Actor, filter: { areaId: string | undefined; state: ApprovalState | undefined }) {
      const rows = await listBulletins(db.prisma, {
        roots: areasFor(actor, 'library.read'),
        areaId: filter.areaId,
        limit: listLimit,
      })
      const shown = rows.filter((row) => filter.state === undefined || currentOf(row).state === filter.state)
      const names = await findAccountNames(db.prisma, peopleOf(shown.map(currentOf)))
      return shown.map((bulletin): BulletinView => ({ bulletin, current: currentOf(bulletin), names }))
    },

    async get(actor: Actor, id: string): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.read', bulletin.area.path)
      return view(bulletin)
    },

    async revisions(actor: Actor, id: string): Promise<{ revisions: RevisionRow[]; names: Map<string, string> }> {
      assertMay(actor, 'library.read', (await load(id)).area.path)
      const revisions = await listRevisions(db.prisma, id)
      return { revisions, names: await findAccountNames(db.prisma, peopleOf(revisions)) }
    },

    async create(actor: Actor, areaId: string, content: RevisionContent): Promise<BulletinView> {
      const areaPath = await areaPathOf(areaId)
      assertMay(actor, 'library.edit', areaPath)
      const contentHash = await hashFor(actor, areaPath, content)
      const [id, at] = [newId(clock.now()), toDate(clock.now())]
      await db.prisma.$transaction(async (tx) => {
        await insertBulletin(tx, { id, areaId, at })
        await insertRevision(tx, {
          ...content,
          id: newId(clock.now()),
          bulletinId: id,
          number: 1,
          contentHash,
          authorId: actor.accountId,
          at,
        })
      })
      const bulletin = await load(id)
      await announce(bulletin)
      return view(bulletin)
    },

    /** Changed content is a new revision, a draft: until it is approved the bulletin does not air. */
    async revise(actor: Actor, id: string, content: RevisionContent): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.edit', bulletin.area.path)
      const contentHash = await hashFor(actor, bulletin.area.path, content)
      return change(bulletin, async (tx, current) => {
        const unchanged = current.title === content.title && current.topic === content.topic
        if (unchanged && current.language === content.language && current.clipId === content.clipId) return
        const at = toDate(clock.now())
        const revision = {
          id: newId(clock.now()),
          bulletinId: id,
          number: current.number + 1,
          contentHash,
          authorId: actor.accountId,
          at,
        }
        await insertRevision(tx, { ...content, ...revision })
      })
    },

    async submit(actor: Actor, id: string): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.edit', bulletin.area.path)
      return change(bulletin, async (tx, current) => {
        const decision = decideSubmit(factsOf(current))
        if (!decision.ok) throw new Problem(decision.refusal)
        // A draft may have been written before its audio was ready: only now is its content's hash final.
        const contentHash = hashContent({ ...current, clipHash: current.clip.sha256 ?? current.clipId })
        await submitRevision(tx, current.id, contentHash, toDate(clock.now()))
      })
    },

    async approve(actor: Actor, id: string, named: { revisionId: string; contentHash: string }): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.approve', bulletin.area.path)
      return change(bulletin, async (tx, current) => {
        const decision = decideApprove(factsOf(current), named, actor.accountId)
        if (!decision.ok) throw new Problem(decision.refusal)
        await decideRevision(tx, current.id, {
          state: 'approved',
          deciderId: actor.accountId,
          comment: null,
          at: toDate(clock.now()),
        })
      })
    },

    async return(
      actor: Actor,
      id: string,
      named: { revisionId: string; contentHash: string; comment: string },
    ): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.approve', bulletin.area.path)
      return change(bulletin, async (tx, current) => {
        const decision = decideReturn(factsOf(current), named, actor.accountId)
        if (!decision.ok) throw new Problem(decision.refusal)
        await decideRevision(tx, current.id, {
          state: 'returned',
          deciderId: actor.accountId,
          comment: named.comment,
          at: toDate(clock.now()),
        })
      })
    },
  }
}

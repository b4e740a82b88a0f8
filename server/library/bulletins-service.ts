import { newId } from '#protocol/ids.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/service.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { Problem } from '#server/http/problem.ts'
import { readAreaPath } from './area-path.ts'
import {
  type BulletinRow,
  type Db,
  decideRevision,
  findAccountNames,
  findBulletin,
  insertBulletin,
  insertRevision,
  listAudioUploads,
  listBroadcastAreas,
  listBulletins,
  listContributions,
  listRevisions,
  lockBulletin,
  type RevisionContent,
  type RevisionRow,
  submitRevision,
} from './bulletins-store.ts'
import { findClip } from './clips-store.ts'
import {
  type ApprovalState,
  collectContributors,
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
  /** The reader had a hand in it, and so may not approve it. */
  isContributor: boolean
}

export type BulletinsService = ReturnType<typeof createBulletinsService>

export function createBulletinsService(deps: Deps) {
  const { db, clock } = deps

  function currentOf(bulletin: BulletinRow): RevisionRow {
    const [current] = bulletin.revisions
    if (current === undefined) throw new Error(`bulletin ${bulletin.id} has no revision`)
    return current
  }

  const peopleOf = (revisions: readonly RevisionRow[]): string[] => [
    ...new Set(revisions.flatMap((one) => [one.authorId, one.deciderId ?? one.authorId])),
  ]

  /** Bulletin → who had a hand in it. */
  async function readContributors(tx: Db, bulletinIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const contributions = await listContributions(tx, bulletinIds)
    const uploads = await listAudioUploads(tx, [...new Set(contributions.flatMap((one) => one.clip.sha256 ?? []))])
    return collectContributors(contributions, uploads)
  }

  async function viewAll(actor: Actor, rows: readonly BulletinRow[]): Promise<BulletinView[]> {
    const names = await findAccountNames(db.prisma, peopleOf(rows.map(currentOf)))
    const contributors = await readContributors(
      db.prisma,
      rows.map((row) => row.id),
    )
    return rows.map((bulletin) => ({
      bulletin,
      current: currentOf(bulletin),
      names,
      isContributor: contributors.get(bulletin.id)?.has(actor.accountId) === true,
    }))
  }

  async function view(actor: Actor, bulletin: BulletinRow): Promise<BulletinView> {
    const [one] = await viewAll(actor, [bulletin])
    if (one === undefined) throw new Error('one bulletin in, none out')
    return one
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

  /** The revision after `current`, a draft in the actor's name; gives its id. */
  async function insertNext(
    tx: Db,
    actor: Actor,
    { bulletinId, number }: RevisionRow,
    { title, topic, language, clipId, contentHash }: RevisionContent & { contentHash: string },
  ): Promise<string> {
    const id = newId(clock.now())
    const content = { title, topic, language, clipId, contentHash }
    const at = toDate(clock.now())
    await insertRevision(tx, { ...content, id, bulletinId, number: number + 1, authorId: actor.accountId, at })
    return id
  }

  /** Locks, decides on the newest revision, writes; then tells whom it concerns. */
  async function change(
    actor: Actor,
    bulletin: BulletinRow,
    act: (tx: Db, current: RevisionRow) => Promise<void>,
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
    return view(actor, await load(bulletin.id))
  }

  return {
    async list(actor: Actor, filter: { areaId: string | undefined; state: ApprovalState | undefined }) {
      const rows = await listBulletins(db.prisma, {
        roots: areasFor(actor, 'library.read'),
        areaId: filter.areaId,
        limit: listLimit,
      })
      const shown = rows.filter((row) => filter.state === undefined || currentOf(row).state === filter.state)
      return viewAll(actor, shown)
    },

    async get(actor: Actor, id: string): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.read', bulletin.area.path)
      return view(actor, bulletin)
    },

    async revisions(actor: Actor, id: string): Promise<{ revisions: RevisionRow[]; names: Map<string, string> }> {
      assertMay(actor, 'library.read', (await load(id)).area.path)
      const revisions = await listRevisions(db.prisma, id)
      return { revisions, names: await findAccountNames(db.prisma, peopleOf(revisions)) }
    },

    async create(actor: Actor, areaId: string, content: RevisionContent): Promise<BulletinView> {
      const areaPath = await readAreaPath(db.prisma, areaId)
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
      return view(actor, bulletin)
    },

    /** Changed content is a new revision, a draft: until it is approved the bulletin does not air. */
    async revise(actor: Actor, id: string, content: RevisionContent): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.edit', bulletin.area.path)
      const contentHash = await hashFor(actor, bulletin.area.path, content)
      return change(actor, bulletin, async (tx, current) => {
        const unchanged = current.title === content.title && current.topic === content.topic
        if (unchanged && current.language === content.language && current.clipId === content.clipId) return
        await insertNext(tx, actor, current, { ...content, contentHash })
      })
    },

    /**
     * Whoever submits answers for it: somebody else's draft goes on as a revision in the submitter's own name, so that
     * the submitter counts among its authors and its history says who sent it.
     */
    async submit(actor: Actor, id: string): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.edit', bulletin.area.path)
      return change(actor, bulletin, async (tx, current) => {
        const decision = decideSubmit(factsOf(current))
        if (!decision.ok) throw new Problem(decision.refusal)
        // A draft may have been written before its audio was ready: only now is its content's hash final.
        const contentHash = hashContent({ ...current, clipHash: current.clip.sha256 ?? current.clipId })
        const isAuthor = current.authorId === actor.accountId
        const revisionId = isAuthor ? current.id : await insertNext(tx, actor, current, { ...current, contentHash })
        await submitRevision(tx, revisionId, contentHash, toDate(clock.now()))
      })
    },

    async approve(actor: Actor, id: string, named: { revisionId: string; contentHash: string }): Promise<BulletinView> {
      const bulletin = await load(id)
      assertMay(actor, 'library.approve', bulletin.area.path)
      return change(actor, bulletin, async (tx, current) => {
        const contributorIds = (await readContributors(tx, [id])).get(id) ?? new Set()
        const decision = decideApprove({ ...factsOf(current), contributorIds }, named, actor.accountId)
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
      return change(actor, bulletin, async (tx, current) => {
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

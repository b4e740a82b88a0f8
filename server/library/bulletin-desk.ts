import { newId } from '#protocol/ids.ts'
import { listRights } from '#server/approvals/rules.ts'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import type { Action, Actor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { assertMayDo } from './area-path.ts'
import {
  type BulletinRow,
  type Db,
  findAccountNames,
  findBulletin,
  insertRevision,
  listAudioUploads,
  listBroadcastAreas,
  listContributions,
  lockBulletin,
  type RevisionContent,
  type RevisionRow,
} from './bulletins-store.ts'
import { collectContributors, decideFourEyes, hashContent, type RevisionFacts } from './rules.ts'

export interface BulletinDeps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
  readonly security: SecurityEvents
}

export interface BulletinView {
  bulletin: BulletinRow
  current: RevisionRow
  names: Map<string, string>
  /** The reader had a hand in it, and so may not approve it. */
  isContributor: boolean
  /** The reader may approve in its area, and it is neither the reader's own nor that of who lent the right. */
  mayApprove: boolean
  /** In whose place the reader would. */
  inPlaceOfName: string | null
}

/** What the trail keeps of a revision. */
export const trailOf = ({
  number,
  title,
  topic,
  campaign,
  language,
  variants,
  contentHash,
}: Omit<RevisionContent, 'clipId'> & { number: number; contentHash: string }) => ({
  title,
  topic,
  ...(campaign ? { campaign } : {}),
  language,
  // What they say is in the hash.
  ...(variants.length === 0 ? {} : { variants: variants.map((one) => one.language) }),
  revision: number,
  contentHash,
})

export function currentOf(bulletin: BulletinRow): RevisionRow {
  const [current] = bulletin.revisions
  if (current === undefined) throw new Error(`bulletin ${bulletin.id} has no revision`)
  return current
}

/** Which state of the bulletin a page shows: each content has a number, and what was decided on it goes one way only. */
export const revisionOf = ({ number, state }: Pick<RevisionRow, 'number' | 'state'>): string => `${number}-${state}`

/** What changes that, by its names in the trail. */
const edits = ['bulletin.changed', 'bulletin.submitted', 'bulletin.approved', 'bulletin.returned'] as const

export const factsOf = (revision: RevisionRow): RevisionFacts => ({
  ...revision,
  clipStates: [revision, ...revision.variants].map((one) => one.clip.state),
})

/** The hash of its content as its audio stands now: final once all of it is ready. */
export const hashRevision = (revision: RevisionRow): string =>
  hashContent({
    ...revision,
    clipHash: revision.clip.sha256 ?? revision.clipId,
    variants: revision.variants.map(({ language, clip, clipId }) => ({ language, clipHash: clip.sha256 ?? clipId })),
  })

/** Everybody whose name a revision shows. */
export const peopleOf = (revisions: readonly RevisionRow[]): string[] => [
  ...new Set(
    revisions.flatMap((one) => [one.authorId, one.deciderId ?? one.authorId, one.onBehalfOfId ?? one.authorId]),
  ),
]

/** Bulletin → who had a hand in it. */
export async function readContributors(db: Db, bulletinIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const contributions = await listContributions(db, bulletinIds)
  const uploads = await listAudioUploads(db, [
    ...new Set(contributions.flatMap((one) => one.clips.flatMap((clip) => clip.sha256 ?? []))),
  ])
  return collectContributors(contributions, uploads)
}

export type BulletinDesk = ReturnType<typeof createBulletinDesk>

/** What writing bulletins and deciding on them have in common. */
export function createBulletinDesk(deps: BulletinDeps) {
  const { db, clock, audit } = deps

  async function viewAll(actor: Actor, rows: readonly BulletinRow[]): Promise<BulletinView[]> {
    const lenders = actor.grants.flatMap((grant) => grant.onBehalfOfId ?? [])
    const names = await findAccountNames(db.prisma, [...peopleOf(rows.map(currentOf)), ...lenders])
    const contributors = await readContributors(
      db.prisma,
      rows.map((row) => row.id),
    )
    return rows.map((bulletin) => {
      const contributorIds = contributors.get(bulletin.id) ?? new Set()
      const rights = listRights(actor, bulletin.area.path)
      const decision = decideFourEyes(contributorIds, { accountId: actor.accountId, rights })
      const inPlaceOf = decision.ok ? decision.right : null
      return {
        bulletin,
        current: currentOf(bulletin),
        names,
        isContributor: contributorIds.has(actor.accountId),
        mayApprove: decision.ok,
        inPlaceOfName: inPlaceOf === null ? null : (names.get(inPlaceOf) ?? ''),
      }
    })
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

  /** Judged by its place, before anything of it is loaded. @throws Problem as `assertMay` does. */
  async function loadFor(actor: Actor, action: Action, id: string): Promise<BulletinRow> {
    await assertMayDo(db.prisma, actor, { action, thing: 'bulletin', id })
    return load(id)
  }

  async function announce(bulletin: BulletinRow): Promise<void> {
    deps.events.publish({ kind: 'bulletins', areaPath: bulletin.area.path, id: bulletin.id })
    for (const areaId of await listBroadcastAreas(db.prisma, bulletin.id)) deps.plan.areaChanged(areaId)
  }

  return {
    viewAll,
    view,
    load,
    loadFor,
    announce,

    /** The revision after `current`, a draft in the actor's name. */
    async insertNext(
      tx: Db,
      actor: Actor,
      { bulletinId, number }: RevisionRow,
      { title, topic, campaign, language, clipId, variants, contentHash }: RevisionContent & { contentHash: string },
    ): Promise<{ id: string; number: number }> {
      const next = { id: newId(clock.now()), number: number + 1 }
      const content = { title, topic, campaign, language, clipId, variants, contentHash }
      await insertRevision(tx, {
        ...content,
        ...next,
        bulletinId,
        authorId: actor.accountId,
        at: toDate(clock.now()),
      })
      return next
    },

    /** Locks, decides on the newest revision, writes, with the trail; then tells whom it concerns. */
    async change(
      actor: Actor,
      bulletin: BulletinRow,
      act: (tx: Db, current: RevisionRow, note: TakeNote) => Promise<void>,
      ifMatch?: IfMatch,
    ): Promise<BulletinView> {
      let frozen: FrozenOccurrence[] = []
      await audit.act(
        actor,
        async (tx, note) => {
          // What has begun is frozen first: a decision now never changes what was expected (architecture: expected plays).
          frozen = await freezeDueOccurrences(tx, clock.now())
          await lockBulletin(tx, bulletin.id)
          const fresh = await findBulletin(tx, bulletin.id)
          if (fresh === null) throw new Problem('not-found')
          const current = currentOf(fresh)
          const revision = revisionOf(current)
          await assertUnchanged(tx, actor, ifMatch, { id: bulletin.id, revision, actions: edits })
          await act(tx, current, note)
        },
        planTransaction,
      )
      announceFrozen(deps.events, frozen)
      await announce(bulletin)
      return view(actor, await load(bulletin.id))
    },
  }
}

import { newId } from '#protocol/ids.ts'
import type { TakeNote } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { assertStillFit, readIntended } from '#server/broadcasts/fits.ts'
import type { PlanWarning } from '#server/broadcasts/plan-warnings.ts'
import { toDate } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { assertMayDo, readAreaPath } from './area-path.ts'
import { type BulletinDeps, type BulletinView, createBulletinDesk, peopleOf, trailOf } from './bulletin-desk.ts'
import {
  type BulletinWish,
  countBulletins,
  type Db,
  findAccountNames,
  insertBulletin,
  insertRevision,
  listBroadcastsOf,
  listBulletins,
  listCampaigns,
  listRevisions,
  type RevisionContent,
  type RevisionRow,
} from './bulletins-store.ts'
import { findClip } from './clips-store.ts'
import { createDecisionsService } from './decisions-service.ts'
import { readMissingLanguages } from './missing.ts'
import type { MissingLanguage } from './missing-rules.ts'
import { readPlanWarnings } from './plan-warnings.ts'
import { type ApprovalState, findRepeatedLanguage, hashContent, isSameContent, type Named } from './rules.ts'

const campaignLimit = 50

export interface BulletinDetail extends BulletinView {
  readonly missingLanguages: MissingLanguage[]
  readonly planWarnings: PlanWarning[]
}

export type BulletinsService = ReturnType<typeof createBulletinsService>

/** Reading and writing bulletins; what is decided on them is in decisions-service.ts. */
export function createBulletinsService(deps: BulletinDeps) {
  const { db, clock } = deps
  const desk = createBulletinDesk(deps)
  const decisions = createDecisionsService(deps, desk)

  /** With what the devices that are to play it ask for in vain, and what the broadcasts break in which it is planned. */
  async function detailOf(actor: Actor, view: BulletinView): Promise<BulletinDetail> {
    const { id } = view.bulletin
    const there = [view.current, ...view.current.variants].map((one) => one.language)
    const missingLanguages = await readMissingLanguages(db.prisma, id, there, clock.now())
    const areas = areasFor(actor, 'broadcasts.read')
    return { ...view, missingLanguages, planWarnings: await readPlanWarnings(db.prisma, id, areas, clock.now()) }
  }

  /** Audio of the bulletin's own area or of one above it: a commune may use the province's, never its neighbour's. */
  async function hashFor(actor: Actor, areaPath: readonly string[], content: RevisionContent): Promise<string> {
    const spoken = [content, ...content.variants]
    const repeated = findRepeatedLanguage(spoken.map((one) => one.language))
    if (repeated !== undefined) throw new Problem('bulletin-language-twice', { language: repeated })
    const hashes = new Map<string, string>()
    for (const { clipId } of spoken) {
      await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'clip', id: clipId })
      const clip = await findClip(db.prisma, clipId)
      if (clip === null) throw new Problem('not-found')
      if (!areaPath.includes(clip.areaId)) throw new Problem('bulletin-out-of-area')
      if (clip.state === 'rejected') throw new Problem('clip-rejected')
      hashes.set(clipId, clip.sha256 ?? clipId)
    }
    const clipHash = (clipId: string): string => hashes.get(clipId) ?? clipId
    const variants = content.variants.map(({ language, clipId }) => ({ language, clipHash: clipHash(clipId) }))
    return hashContent({ ...content, clipHash: clipHash(content.clipId), variants })
  }

  return {
    ...decisions,

    /** A page of them, newest first; `next` begins the page after it. */
    async list(
      actor: Actor,
      {
        limit,
        ...filter
      }: BulletinWish & { state: ApprovalState | undefined; after: string | undefined; limit: number },
    ): Promise<{ views: BulletinView[]; next: string | undefined }> {
      const roots = areasFor(actor, 'library.read')
      const rows = await listBulletins(db.prisma, { ...filter, roots, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return { views: await desk.viewAll(actor, page), next: rows.length > limit ? page.at(-1)?.id : undefined }
    },

    count: (actor: Actor, wish: BulletinWish): Promise<Map<string, number>> =>
      countBulletins(db.prisma, { ...wish, roots: areasFor(actor, 'library.read') }),

    campaigns: (actor: Actor, areaId: string | undefined): Promise<string[]> =>
      listCampaigns(db.prisma, { roots: areasFor(actor, 'library.read'), areaId, limit: campaignLimit }),

    /** With what is amiss where it is planned, so that this is seen before it is approved. */
    async get(actor: Actor, id: string): Promise<BulletinDetail> {
      const bulletin = await desk.loadFor(actor, 'library.read', id)
      return detailOf(actor, await desk.view(actor, bulletin))
    },

    async approve(actor: Actor, id: string, named: Named): Promise<BulletinDetail> {
      return detailOf(actor, await decisions.approve(actor, id, named))
    },

    async revisions(actor: Actor, id: string): Promise<{ revisions: RevisionRow[]; names: Map<string, string> }> {
      await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'bulletin', id })
      const revisions = await listRevisions(db.prisma, id)
      return { revisions, names: await findAccountNames(db.prisma, peopleOf(revisions)) }
    },

    async create(actor: Actor, areaId: string, content: RevisionContent): Promise<BulletinView> {
      const areaPath = await readAreaPath(db.prisma, areaId)
      assertMay(actor, 'library.edit', areaPath)
      const contentHash = await hashFor(actor, areaPath, content)
      const [id, at] = [newId(clock.now()), toDate(clock.now())]
      await deps.audit.act(actor, async (tx, note) => {
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
        const after = trailOf({ ...content, number: 1, contentHash })
        note({ action: 'bulletin.created', areaPath, subject: { type: 'bulletin', id }, after })
      })
      const bulletin = await desk.load(id)
      await desk.announce(bulletin)
      return desk.view(actor, bulletin)
    },

    /**
     * Changed content is a new revision, a draft: until it is approved the bulletin does not air. Where it is planned, it
     * must fit as long as it is now; audio that is not ready yet is looked at when it is submitted.
     *
     * @throws Problem `broadcast-…`
     */
    async revise(actor: Actor, id: string, content: RevisionContent, ifMatch?: IfMatch): Promise<BulletinView> {
      const bulletin = await desk.loadFor(actor, 'library.edit', id)
      const areaPath = bulletin.area.path
      const contentHash = await hashFor(actor, areaPath, content)
      const work = async (tx: Db, current: RevisionRow, note: TakeNote): Promise<void> => {
        if (isSameContent(current, content)) {
          note.unchanged()
          return
        }
        const now = clock.now()
        const planned = await readIntended(tx, await listBroadcastsOf(tx, id), now)
        const { number } = await desk.insertNext(tx, actor, current, { ...content, contentHash })
        await assertStillFit(tx, planned, now)
        const before = { ...trailOf(current), state: current.state }
        const after = { ...trailOf({ ...content, number, contentHash }), state: 'draft' }
        note({ action: 'bulletin.changed', areaPath, subject: { type: 'bulletin', id }, before, after })
      }
      return desk.change(actor, bulletin, work, ifMatch)
    },
  }
}

import type { z } from 'zod'
import { sayWarning } from '#server/broadcasts/plan-warnings.ts'
import type { Language } from '#server/http/language.ts'
import { type BulletinView, revisionOf } from './bulletin-desk.ts'
import type { BulletinDetail } from './bulletins-service.ts'
import type { RevisionRow } from './bulletins-store.ts'
import type { ClipRow } from './clips-store.ts'
import type { ProgrammeRow } from './programmes-store.ts'
import { sayRejection } from './rejection-texts.ts'
import {
  type bulletin,
  type bulletinDetail,
  type bulletinRevision,
  type clip,
  type programme,
  topicCode,
} from './schemas.ts'

/** Rows → what the API says. */
export function viewClip(row: ClipRow, language: Language): z.input<typeof clip> {
  return {
    id: row.id,
    areaId: row.areaId,
    source: row.source,
    state: row.state,
    originalName: row.originalName,
    speechText: row.speechText,
    speechVoice: row.speechVoice,
    trimmedFromId: row.trimmedFromId,
    sha256: row.sha256,
    bytes: row.bytes,
    durationMs: row.durationMs,
    loudnessLufs: row.loudnessLufs,
    peakDbfs: row.peakDbfs,
    peaks: row.peaks === null ? null : Buffer.from(row.peaks).toString('base64'),
    rejection:
      row.rejectionCode === null ? null : { code: row.rejectionCode, text: sayRejection(row.rejectionCode, language) },
    createdAt: row.createdAt.toISOString(),
  }
}

export function viewRevision(row: RevisionRow, names: ReadonlyMap<string, string>): z.input<typeof bulletinRevision> {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    topic: topicCode.parse(row.topic),
    campaign: row.campaign,
    language: row.language,
    clipId: row.clipId,
    variants: row.variants.map(({ language, clipId, clip }) => ({
      language,
      clipId,
      clipState: clip.state,
      durationMs: clip.durationMs,
    })),
    contentHash: row.contentHash,
    state: row.state,
    durationMs: row.clip.durationMs,
    clipState: row.clip.state,
    authorId: row.authorId,
    authorName: names.get(row.authorId) ?? '',
    createdAt: row.createdAt.toISOString(),
    submittedAt: row.submittedAt?.toISOString() ?? null,
    deciderName: row.deciderId === null ? null : (names.get(row.deciderId) ?? ''),
    onBehalfOfName: row.onBehalfOfId === null ? null : (names.get(row.onBehalfOfId) ?? ''),
    standingApproval:
      row.standingApprovalId === null || row.standingApproval === null
        ? null
        : { id: row.standingApprovalId, validUntil: row.standingApproval.validUntil.toISOString() },
    decidedAt: row.decidedAt?.toISOString() ?? null,
    comment: row.comment,
  }
}

export function viewBulletin({ bulletin: row, current, names, ...own }: BulletinView): z.input<typeof bulletin> {
  const revision = revisionOf(current)
  return { id: row.id, areaId: row.areaId, revision, current: viewRevision(current, names), ...own }
}

export function viewDetail(
  { missingLanguages, planWarnings, ...view }: BulletinDetail,
  language: Language,
): z.input<typeof bulletinDetail> {
  const told = planWarnings.map((one) => sayWarning(one, language))
  return { ...viewBulletin(view), missingLanguages, planWarnings: told }
}

export function viewProgramme(row: ProgrammeRow): z.input<typeof programme> {
  const items = row.items.map((item) => {
    const [revision] = item.bulletin.revisions
    if (revision === undefined) throw new Error(`bulletin ${item.bulletinId} has no revision`)
    const { title, state } = revision
    return { itemId: item.id, bulletinId: item.bulletinId, title, state, durationMs: revision.clip.durationMs }
  })
  return {
    id: row.id,
    areaId: row.areaId,
    title: row.title,
    revision: row.revision,
    items,
    durationMs: items.reduce((sum, item) => sum + (item.durationMs ?? 0), 0),
    updatedAt: row.updatedAt.toISOString(),
  }
}

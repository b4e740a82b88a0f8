import { hashBytes } from '#protocol/ids.ts'
import type { Right } from '#server/approvals/rules.ts'

/** Approval of a bulletin's revision: pure decisions (four eyes: whoever had a hand in it never approves it). */
export type ApprovalState = 'draft' | 'pending' | 'approved' | 'returned'
export type ClipState = 'uploaded' | 'processing' | 'ready' | 'rejected'

export interface RevisionFacts {
  readonly id: string
  readonly state: ApprovalState
  readonly contentHash: string
  readonly authorId: string
  /** Set when it was approved by a standing approval, as it was submitted. */
  readonly standingApprovalId: string | null
  /** Of the main language's audio and of every variant's. */
  readonly clipStates: readonly ClipState[]
}

export type Refusal =
  | 'revision-outdated'
  | 'author-may-not-decide'
  | 'delegator-may-not-decide'
  | 'revision-not-pending'
  | 'revision-not-returnable'
  | 'revision-not-submittable'
  | 'clip-not-ready'

/** What was judged, or is to be submitted: anything else has changed since. */
export interface Named {
  readonly revisionId: string
  readonly contentHash: string
}

/** Who decides: `rights` are those in which they may do so here, the own one first (approvals/rules.ts). */
export interface Decider {
  readonly accountId: string
  readonly rights: readonly Right[]
}

type Submittal = { ok: true; next: ApprovalState } | { ok: false; refusal: Refusal }
/** `right`: in whose right it was decided. */
type Decision = { ok: true; next: ApprovalState; right: Right } | { ok: false; refusal: Refusal }

/** The same bulletin in another language. */
export interface HashedVariant {
  readonly language: string
  readonly clipHash: string
}

export interface HashedContent extends HashedVariant {
  readonly title: string
  readonly topic: string
  readonly campaign?: string | null | undefined
  readonly variants: readonly HashedVariant[]
}

/**
 * What an approval is bound to: everything that changes what people hear or how it is counted. `clipHash` is the hash
 * of the normalised audio, so that the same title over other audio is other content. The order of the variants is none
 * of it: each device has its own order of languages. Without variants and without a campaign the hash is what it was
 * before there were any.
 */
export function hashContent({ title, topic, campaign, language, clipHash, variants }: HashedContent): string {
  const others = sortVariants(variants).map((one) => [one.language, one.clipHash])
  const more = campaign ? [{ campaign }] : []
  return hashBytes(JSON.stringify([title, topic, language, clipHash, ...others, ...more]))
}

export const sortVariants = <T extends { readonly language: string }>(variants: readonly T[]): T[] =>
  [...variants].sort((a, b) => (a.language < b.language ? -1 : a.language > b.language ? 1 : 0))

export interface ChosenContent {
  readonly title: string
  readonly topic: string
  readonly campaign?: string | null | undefined
  readonly language: string
  readonly clipId: string
  readonly variants: readonly { readonly language: string; readonly clipId: string }[]
}

/** Whether both are the same texts over the same clips, in whatever order the variants stand. */
export function isSameContent(a: ChosenContent, b: ChosenContent): boolean {
  const partsOf = ({ title, topic, campaign, variants, ...main }: ChosenContent): string =>
    JSON.stringify([
      title,
      topic,
      campaign ?? null,
      ...[main, ...sortVariants(variants)].map(({ language, clipId }) => [language, clipId]),
    ])
  return partsOf(a) === partsOf(b)
}

/**
 * A language that a bulletin would have twice: a device could not tell which of them to play. Tags are compared without
 * regard to case (RFC 5646 §2.1.1).
 */
export function findRepeatedLanguage(languages: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return languages.find((language) => {
    const isRepeated = seen.has(language.toLowerCase())
    seen.add(language.toLowerCase())
    return isRepeated
  })
}

/** Audio in the library: its hash once it is ready, and who uploaded it or had the text read aloud. */
export interface AudioUpload {
  readonly sha256: string | null
  readonly createdById: string
}

/** One revision, as far as it says who had a hand in the bulletin. */
export interface Contribution {
  readonly bulletinId: string
  readonly authorId: string
  /** The main language's audio and every variant's. */
  readonly clips: readonly AudioUpload[]
}

/**
 * Bulletin → everybody who had a hand in it: the authors of all its revisions (who submits is the author of what was
 * submitted) and whoever brought any of their audio into the library, be it as the same clip or as the same bytes again, in whatever language.
 * All revisions count and not only the newest: a trivial edit by somebody else, or going back to an earlier text, makes
 * nobody's words somebody else's (docs/decisions, 13).
 *
 * @param uploads of all audio with the hash of one of these clips.
 */
export function collectContributors(
  contributions: readonly Contribution[],
  uploads: readonly AudioUpload[],
): Map<string, Set<string>> {
  const uploaders = new Map<string | null, Set<string>>()
  for (const { sha256, createdById } of uploads) {
    uploaders.set(sha256, (uploaders.get(sha256) ?? new Set()).add(createdById))
  }
  const contributors = new Map<string, Set<string>>()
  for (const { bulletinId, authorId, clips } of contributions) {
    const people = (contributors.get(bulletinId) ?? new Set()).add(authorId)
    contributors.set(bulletinId, people)
    for (const { sha256, createdById } of clips) {
      people.add(createdById)
      // Audio without a hash is not ready yet: it has nothing in common with other audio.
      if (sha256 !== null) for (const one of uploaders.get(sha256) ?? []) people.add(one)
    }
  }
  return contributors
}

/**
 * A draft (or what was returned, unchanged) goes to the approver once all its audio is ready, in every language. `namedRevisionId` is what the
 * submitter saw: nobody answers for what a colleague has changed meanwhile.
 */
export function decideSubmit(revision: RevisionFacts, namedRevisionId: string): Submittal {
  if (revision.id !== namedRevisionId) return { ok: false, refusal: 'revision-outdated' }
  if (revision.state !== 'draft' && revision.state !== 'returned')
    return { ok: false, refusal: 'revision-not-submittable' }
  if (revision.clipStates.some((state) => state !== 'ready')) return { ok: false, refusal: 'clip-not-ready' }
  return { ok: true, next: 'pending' }
}

/**
 * The first right in which somebody may decide, when neither they nor the holder of that right had a hand in it: a right
 * that its holder lacks cannot be lent.
 */
function chooseRight({ accountId, rights }: Decider, hadHand: (accountId: string) => boolean): Decision {
  if (hadHand(accountId)) return { ok: false, refusal: 'author-may-not-decide' }
  const right = rights.find((one) => one === null || !hadHand(one))
  return right === undefined
    ? { ok: false, refusal: 'delegator-may-not-decide' }
    : { ok: true, next: 'approved', right }
}

/** Whether, and in whose right, somebody may approve what these people had a hand in (four eyes). */
export const decideFourEyes = (contributorIds: ReadonlySet<string>, decider: Decider): Decision =>
  chooseRight(decider, (accountId) => contributorIds.has(accountId))

/**
 * `named` is what the approver saw; anything else has changed since. Author and approver are different people (province
 * rules, e.g. Huế decision 29/2021), and `contributorIds` says who all the authors are. What a standing approval has
 * approved may be approved by a person too: from then on it no longer depends on the programme it was submitted for.
 */
export function decideApprove(
  revision: RevisionFacts & { readonly contributorIds: ReadonlySet<string> },
  named: Named,
  decider: Decider,
): Decision {
  if (revision.id !== named.revisionId || revision.contentHash !== named.contentHash)
    return { ok: false, refusal: 'revision-outdated' }
  const isConfirmable = revision.state === 'approved' && revision.standingApprovalId !== null
  if (revision.state !== 'pending' && !isConfirmable) return { ok: false, refusal: 'revision-not-pending' }
  return decideFourEyes(revision.contributorIds, decider)
}

/**
 * Returns a pending revision with a comment, or withdraws an approval: from then on it does not air. This puts nothing on
 * the air, so that only the author of this very revision is kept from judging it while it is pending.
 */
export function decideReturn(revision: RevisionFacts, named: Named, decider: Decider): Decision {
  if (revision.id !== named.revisionId || revision.contentHash !== named.contentHash)
    return { ok: false, refusal: 'revision-outdated' }
  if (revision.state !== 'pending' && revision.state !== 'approved')
    return { ok: false, refusal: 'revision-not-returnable' }
  const isPending = revision.state === 'pending'
  const decision = chooseRight(decider, (accountId) => isPending && revision.authorId === accountId)
  return decision.ok ? { ...decision, next: 'returned' } : decision
}

export interface ItemChange {
  readonly keep: readonly { readonly itemId: string; readonly position: number }[]
  readonly add: readonly { readonly bulletinId: string; readonly position: number }[]
  readonly remove: readonly string[]
}

/** A programme's new order, keeping the ids of items that stay: what was recorded of them goes on under the same id. */
export function planItems(
  current: readonly { itemId: string; bulletinId: string }[],
  wanted: readonly string[],
): ItemChange {
  const left = [...current]
  const keep: { itemId: string; position: number }[] = []
  const add: { bulletinId: string; position: number }[] = []
  wanted.forEach((bulletinId, position) => {
    const at = left.findIndex((item) => item.bulletinId === bulletinId)
    const [item] = at < 0 ? [] : left.splice(at, 1)
    if (item === undefined) add.push({ bulletinId, position })
    else keep.push({ itemId: item.itemId, position })
  })
  return { keep, add, remove: left.map((item) => item.itemId) }
}

/** Where a page of programmes ends: by when the last one of it was changed, and its id. */
export const writeProgrammeCursor = ({ updatedAt, id }: { readonly updatedAt: Date; readonly id: string }): string =>
  `${updatedAt.getTime()}.${id}`
/** `cursor`: as `programmeQuery` of schemas.ts lets it through. */
export function readProgrammeCursor(cursor: string): { updatedAt: Date; id: string } {
  const [changedAtMs = '', id = ''] = cursor.split('.')
  return { updatedAt: new Date(Number(changedAtMs)), id }
}

/** For searching: `hoa binh` finds `Hòa Bình` (đ is a letter of its own, not a mark). */
export const foldForSearch = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()

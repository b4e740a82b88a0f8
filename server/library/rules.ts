import { hashBytes } from '#protocol/ids.ts'

/** Approval of a bulletin's revision: pure decisions (four eyes: the author never decides on the own text). */
export type ApprovalState = 'draft' | 'pending' | 'approved' | 'returned'

export interface RevisionFacts {
  readonly id: string
  readonly state: ApprovalState
  readonly contentHash: string
  readonly authorId: string
  readonly clipState: 'uploaded' | 'processing' | 'ready' | 'rejected'
}

export type Refusal =
  | 'revision-outdated'
  | 'author-may-not-decide'
  | 'revision-not-pending'
  | 'revision-not-returnable'
  | 'revision-not-submittable'
  | 'clip-not-ready'

type Decision = { ok: true; next: ApprovalState } | { ok: false; refusal: Refusal }

/**
 * What an approval is bound to: everything that changes what people hear or how it is counted. `clipHash` is the hash
 * of the normalised audio, so that the same title over other audio is other content.
 */
export function hashContent(content: { title: string; topic: string; language: string; clipHash: string }): string {
  return hashBytes(JSON.stringify([content.title, content.topic, content.language, content.clipHash]))
}

/** A draft (or what was returned, unchanged) goes to the approver once its audio is ready. */
export function decideSubmit(revision: RevisionFacts): Decision {
  if (revision.state !== 'draft' && revision.state !== 'returned')
    return { ok: false, refusal: 'revision-not-submittable' }
  if (revision.clipState !== 'ready') return { ok: false, refusal: 'clip-not-ready' }
  return { ok: true, next: 'pending' }
}

/** `named` is what the approver saw; anything else has changed since. */
export function decideApprove(
  revision: RevisionFacts,
  named: { revisionId: string; contentHash: string },
  actorId: string,
): Decision {
  if (revision.id !== named.revisionId || revision.contentHash !== named.contentHash)
    return { ok: false, refusal: 'revision-outdated' }
  if (revision.state !== 'pending') return { ok: false, refusal: 'revision-not-pending' }
  if (revision.authorId === actorId) return { ok: false, refusal: 'author-may-not-decide' }
  return { ok: true, next: 'approved' }
}

/** Returns a pending revision with a comment, or withdraws an approval: from then on it does not air. */
export function decideReturn(
  revision: RevisionFacts,
  named: { revisionId: string; contentHash: string },
  actorId: string,
): Decision {
  if (revision.id !== named.revisionId || revision.contentHash !== named.contentHash)
    return { ok: false, refusal: 'revision-outdated' }
  if (revision.state !== 'pending' && revision.state !== 'approved')
    return { ok: false, refusal: 'revision-not-returnable' }
  if (revision.state === 'pending' && revision.authorId === actorId)
    return { ok: false, refusal: 'author-may-not-decide' }
  return { ok: true, next: 'returned' }
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

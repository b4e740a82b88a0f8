import type { BlobRef } from '#protocol/target.ts'
import type { Partial } from './clip-store.ts'

/**
 * How one attempt to fetch a blob ended. `complete`: all bytes are in the partial file, not yet verified; `interrupted`:
 * paused or the link went down; `unavailable`: this source cannot give it now, try again after `retryAfterMs`.
 */
export type FetchOutcome =
  | { readonly status: 'complete' }
  | { readonly status: 'interrupted' }
  | { readonly status: 'unavailable'; readonly retryAfterMs: number; readonly detail: string }

/** One way to bytes. It appends to `partial` from its offset on, and stops soon after `signal` is aborted. */
export type ClipTransport = (ref: BlobRef, partial: Partial, signal: AbortSignal) => Promise<FetchOutcome>

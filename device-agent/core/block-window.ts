import { limits } from '#protocol/limits.ts'

/**
 * How much of a clip is asked for at once. A command or an alert waits behind what is queued on the link, so that no
 * more than about half a second of it may ever be queued, whatever the link carries.
 */
export type BlockWindow = {
  readonly bytes: number
  /** The quickest answer so far: the link's round trip with next to nothing queued. */
  readonly quickestMs: number | null
}

/** The first answer tells the round trip, so that next to nothing may be queued before it. */
const FIRST_BYTES = limits.minBlockBytes
const MAX_BYTES = limits.maxBlockBytes * limits.maxBlocksPerRequest
const GROW_BELOW_MS = 150
const SHRINK_ABOVE_MS = 400

export const firstWindow: BlockWindow = { bytes: FIRST_BYTES, quickestMs: null }

/** The next window, after `bytes` were answered in `elapsedMs`. What exceeds the quickest answer was spent in queues. */
export function adaptWindow(window: BlockWindow, answer: { bytes: number; elapsedMs: number }): BlockWindow {
  const quickestMs = Math.min(window.quickestMs ?? Number.POSITIVE_INFINITY, answer.elapsedMs)
  const queuedMs = answer.elapsedMs - quickestMs
  // The last piece of a clip is smaller than the window and says nothing about a whole one.
  if (queuedMs <= GROW_BELOW_MS && answer.bytes >= window.bytes) {
    return { bytes: Math.min(MAX_BYTES, window.bytes * 2), quickestMs }
  }
  if (queuedMs > SHRINK_ABOVE_MS)
    return { bytes: Math.max(limits.minBlockBytes, Math.floor(window.bytes / 2)), quickestMs }
  return { bytes: window.bytes, quickestMs }
}

/** After an answer that never came: begin small again. */
export const shrinkWindow = (window: BlockWindow): BlockWindow => ({
  bytes: Math.max(limits.minBlockBytes, Math.min(FIRST_BYTES, Math.floor(window.bytes / 2))),
  quickestMs: window.quickestMs,
})

/** Splits the window from `offset` on into blocks that one request may name. */
export function planBlocks(
  window: BlockWindow,
  offset: number,
  totalBytes: number,
): { offset: number; length: number }[] {
  const blocks: { offset: number; length: number }[] = []
  let at = offset
  const end = Math.min(totalBytes, offset + window.bytes)
  while (at < end && blocks.length < limits.maxBlocksPerRequest) {
    const length = Math.min(limits.maxBlockBytes, end - at)
    blocks.push({ offset: at, length })
    at += length
  }
  return blocks
}

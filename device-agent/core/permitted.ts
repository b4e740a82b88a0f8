import type { TargetContent } from '#protocol/target.ts'

/** In order, apart from each other; a window has its first instant and not its last. */
export type PermittedHours = TargetContent['permitted']

/**
 * A window is met when the end is this little past it: sound cards run up to 0.01% slow, and a bulletin that ends
 * exactly with its window must not lose its last word.
 */
export const WINDOW_GRACE_MS = 250

/** When the window that holds this instant ends; undefined outside the permitted hours. Instants are ms since 1970. */
export function findPermittedEnd(permitted: PermittedHours, atMs: number): number | undefined {
  return permitted.find(({ fromAt, toAt }) => fromAt <= atMs && atMs < toAt)?.toAt
}

/** Whether what sounds now may go on: the same hours, with the grace that the player gives at a window's end. */
export function mayGoOn(permitted: PermittedHours, nowMs: number): boolean {
  return permitted.some(({ fromAt, toAt }) => fromAt <= nowMs && nowMs < toAt + WINDOW_GRACE_MS)
}

/** What forbids every sound but an emergency at this instant, if anything does. */
export function findSilence(
  content: Pick<TargetContent, 'permitted' | 'muted' | 'volumePercent'>,
  nowMs: number,
): 'muted' | 'volume-zero' | 'outside-hours' | undefined {
  if (content.muted) return 'muted'
  if (content.volumePercent === 0) return 'volume-zero'
  return findPermittedEnd(content.permitted, nowMs) === undefined ? 'outside-hours' : undefined
}

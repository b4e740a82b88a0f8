import { type Level, levels } from '#protocol/target.ts'
import { WINDOW_GRACE_MS } from './permitted.ts'

/** Something whose instant has come: it sounds, is held, or is about to sound. Instants are ms since 1970. */
export type Contender = {
  readonly level: Level
  /** The plan's order among equals: the lower one goes first. */
  readonly order: number
  readonly startAtMs: number
  /** Counts what has begun, in the order of its beginning; the items of one occurrence share it. Infinity: not yet. */
  readonly begunOrder: number
  /** Its instant has come, and something else sounds in its place. */
  readonly isHeld: boolean
  readonly remainingMs: number
  readonly latestEndAtMs: number
}

/**
 * Whether `a` goes before `b`: emergency, live, priority, normal, filler (Circular 39/2020/TT-BTTTT, and the plan for what
 * it leaves open). Equals do not interrupt each other: what has begun goes on to its end, then the plan's order counts,
 * then the earlier instant.
 */
export function goesBefore(a: Contender, b: Contender): boolean {
  if (a.level !== b.level) return levels.indexOf(a.level) < levels.indexOf(b.level)
  if (a.begunOrder !== b.begunOrder) return a.begunOrder < b.begunOrder
  if (a.order !== b.order) return a.order < b.order
  return a.startAtMs < b.startAtMs
}

/** Whether it can still be heard to its end within its window. Once it cannot, it never will. */
export const fitsWindow = (contender: Contender, nowMs: number): boolean =>
  nowMs + contender.remainingMs <= contender.latestEndAtMs + WINDOW_GRACE_MS

/**
 * Which one of those whose instant has come sounds now; all others are held. What is held goes on where it stopped if
 * its end still fits its window, which ends with the permitted hours at the latest; `ends` are those that it does not.
 * Of two that nothing tells apart, the first in the list sounds.
 */
export function arbitrate<T extends Contender>(
  due: readonly T[],
  nowMs: number,
): { readonly sounds: T | undefined; readonly ends: readonly T[] } {
  const ends = due.filter((contender) => contender.isHeld && !fitsWindow(contender, nowMs))
  let sounds: T | undefined
  for (const contender of due) {
    if (ends.includes(contender)) continue
    if (sounds === undefined || goesBefore(contender, sounds)) sounds = contender
  }
  return { sounds, ends }
}

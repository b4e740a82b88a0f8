import type { Simulation } from './world.ts'

export const DAY_MS = 86_400_000
export const [HOUR_MS, MINUTE_MS, SECOND_MS] = [3_600_000, 60_000, 1_000]
/** Midnight in Viet Nam. */
export const START_MS = Date.parse('2026-03-01T17:00:00Z')
export const DAYS = 21
export const END_MS = START_MS + DAYS * DAY_MS

/** mulberry32: the same numbers for the same seed. */
export function draw(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whole numbers from `from` to `to`. */
export type Between = (from: number, to: number) => number

export interface Act {
  readonly atMs: number
  readonly what: string
  /** How long afterwards every timer is played at its instant. */
  readonly closelyMs: number
  /** False: it found nothing to do. */
  readonly run: (simulation: Simulation) => unknown
}

export const act = (atMs: number, what: string, closelyMs: number, run: Act['run']): Act => ({
  atMs,
  what,
  closelyMs,
  run,
})

/** What an occurrence was to be, since when. */
export interface Version {
  readonly sinceMs: number
  /** Null: cancelled. */
  readonly startMs: number | null
  readonly durationsMs: readonly number[]
}

/** An occurrence by the calendar and what people did to it, not by the server. */
export interface Planned {
  readonly name: string
  readonly originalMs: number
  readonly versions: Version[]
}

/** What the plan says of it in the end. */
export const lastVersion = ({ versions }: Planned): Version => {
  const last = versions.at(-1)
  if (last === undefined) throw new Error('an occurrence without a version')
  return last
}

export interface Script {
  readonly acts: readonly Act[]
  readonly planned: readonly Planned[]
  readonly suspended: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** So many events of one code and source were not said. `facts` are what they had in common. */
export interface Withheld<Code, Facts> {
  readonly code: Code
  readonly facts: Facts
  readonly count: number
}

/**
 * Keeps a flood of like events from flooding the log and the SOC: of one source's events of one code the first few in a
 * minute are said, the others counted, and their number is said afterwards. Memory is bounded: beyond so many sources of
 * one code the further ones share a count, so that no flood of one code hides another code.
 */
export interface FloodGuard<Code, Facts> {
  /** Whether this event is said. `overdue` is to be said first: an earlier minute of this source left some out. */
  admit(
    code: Code,
    source: { name: string; facts: Facts },
    nowMs: number,
  ): { isSaid: boolean; overdue: Withheld<Code, Facts> | undefined }
  /** What was left out in minutes that are over, and forgets them; `all`: in the running ones too. */
  collect(nowMs: number, all?: boolean): Withheld<Code, Facts>[]
}

export interface FloodLimits {
  /** Events of one source and code that are said in a minute. */
  readonly perMinute: number
  /** Sources of one code that are told apart. */
  readonly maxSources: number
}

export const defaultFloodLimits: FloodLimits = { perMinute: 20, maxSources: 200 }

const WINDOW_MS = 60_000

interface Window<Facts> {
  readonly startMs: number
  readonly facts: Facts
  said: number
  withheld: number
}

/** Times are monotonic milliseconds of the caller's clock. `others`: the facts of those that share a count. */
export function createFloodGuard<Code, Facts>(others: Facts, limits: FloodLimits): FloodGuard<Code, Facts> {
  const byCode = new Map<Code, Map<string | typeof shared, Window<Facts>>>()

  const isOver = (window: Window<Facts>, nowMs: number): boolean => nowMs - window.startMs >= WINDOW_MS
  const sayOf = (code: Code, { facts, withheld }: Window<Facts>): Withheld<Code, Facts> | undefined =>
    withheld === 0 ? undefined : { code, facts, count: withheld }

  return {
    admit(code, source, nowMs) {
      const windows = byCode.get(code) ?? new Map<string | typeof shared, Window<Facts>>()
      byCode.set(code, windows)
      const isToldApart = windows.has(source.name) || windows.size < limits.maxSources
      const key = isToldApart ? source.name : shared
      const before = windows.get(key)
      const isFresh = before === undefined || isOver(before, nowMs)
      const window = isFresh
        ? { startMs: nowMs, facts: isToldApart ? source.facts : others, said: 0, withheld: 0 }
        : before
      windows.set(key, window)
      const isSaid = window.said < limits.perMinute
      if (isSaid) window.said += 1
      else window.withheld += 1
      return { isSaid, overdue: isFresh && before !== undefined ? sayOf(code, before) : undefined }
    },
    collect(nowMs, all = false) {
      const found: Withheld<Code, Facts>[] = []
      for (const [code, windows] of byCode) {
        for (const [key, window] of windows) {
          if (!all && !isOver(window, nowMs)) continue
          windows.delete(key)
          const withheld = sayOf(code, window)
          if (withheld !== undefined) found.push(withheld)
        }
        if (windows.size === 0) byCode.delete(code)
      }
      return found
    },
  }
}

/** No source has this name. */
const shared = Symbol('shared')

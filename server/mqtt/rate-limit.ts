/** A token bucket: `perSecond` on average, `burst` at once. Times are monotonic milliseconds of the caller's clock. */
export interface RateLimit {
  readonly perSecond: number
  readonly burst: number
}

/** Answers whether `cost` may still be spent at `nowMs`. */
export function createRateLimiter(limit: RateLimit, startMs: number): (cost: number, nowMs: number) => boolean {
  let tokens = limit.burst
  let filledAtMs = startMs
  return (cost, nowMs) => {
    tokens = Math.min(limit.burst, tokens + ((nowMs - filledAtMs) / 1_000) * limit.perSecond)
    filledAtMs = nowMs
    if (cost > tokens) return false
    tokens -= cost
    return true
  }
}

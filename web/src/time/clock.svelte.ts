export interface ServerClock {
  /** The server's time now, in ms since 1970 UTC; moves on once a second. */
  readonly nowMs: number
  sync(): Promise<void>
}

/**
 * One clock for the whole console: the server's. The PC's own clock may be wrong or be set while the page is open,
 * so only the time that passed since the last answer is taken from it (performance.now never jumps).
 */
export function createServerClock(readServerTimeMs: () => Promise<number>): ServerClock {
  let offsetMs = performance.timeOrigin
  let tick = $state(0)
  const now = (): number => performance.now() + offsetMs
  setInterval(() => {
    tick++
  }, 1000)
  return {
    get nowMs() {
      return tick >= 0 ? now() : 0
    },
    async sync() {
      const askedAt = performance.now()
      const serverTimeMs = await readServerTimeMs()
      const answeredAt = performance.now()
      // Half of the round trip is the best guess of how old the answer is.
      offsetMs = serverTimeMs + (answeredAt - askedAt) / 2 - answeredAt
      tick++
    },
  }
}

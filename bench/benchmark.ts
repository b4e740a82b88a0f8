/** Called with what must be ended; the latest first. */
export type OnEnd = (cleanUp: () => Promise<void>) => void

const TIME_LIMIT_MS = 300_000

/** Runs a benchmark and ends all that it started: at its end, when it fails, when it is interrupted, or takes far too long. */
export async function runBenchmark(body: (onEnd: OnEnd) => Promise<void>): Promise<void> {
  const cleanUps: (() => Promise<void>)[] = []
  let timer: NodeJS.Timeout | undefined
  const interrupted = new Promise<never>((_, reject) => {
    process.once('SIGINT', () => reject(new Error('interrupted')))
    process.once('SIGTERM', () => reject(new Error('terminated')))
    timer = setTimeout(() => reject(new Error(`not finished after ${TIME_LIMIT_MS / 1_000} s`)), TIME_LIMIT_MS)
  })
  try {
    await Promise.race([body((cleanUp) => cleanUps.push(cleanUp)), interrupted])
  } finally {
    clearTimeout(timer)
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  }
}

/** Called with what must be ended; the latest first. */
export type OnEnd = (cleanUp: () => Promise<void>) => void

const TIME_LIMIT_MS = 300_000

/**
 * Runs a benchmark, ends all that it started (at its end, when it fails, is interrupted, or takes far too long), and then
 * the process: 1 when anything failed.
 */
export async function runBenchmark(body: (onEnd: OnEnd) => Promise<void>, timeLimitMs = TIME_LIMIT_MS): Promise<never> {
  const cleanUps: (() => Promise<void>)[] = []
  const failures: unknown[] = []
  const interrupted = new Promise<never>((_, reject) => {
    process.once('SIGINT', () => reject(new Error('interrupted')))
    process.once('SIGTERM', () => reject(new Error('terminated')))
    setTimeout(() => reject(new Error(`not finished after ${timeLimitMs / 1_000} s`)), timeLimitMs)
  })
  const keep = (cause: unknown): void => void failures.push(cause)
  await Promise.race([body((cleanUp) => cleanUps.push(cleanUp)), interrupted]).catch(keep)
  for (const cleanUp of cleanUps.reverse()) await cleanUp().catch(keep)
  for (const failure of failures) console.error(failure)
  process.exit(failures.length > 0 ? 1 : 0)
}

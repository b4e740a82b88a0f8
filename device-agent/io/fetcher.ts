import type { Clock } from '#agent/clock.ts'
import type { Sha256 } from '#protocol/ids.ts'
import type { BlobRef } from '#protocol/target.ts'
import type { ClipStore } from './clip-store.ts'
import type { ClipTransport, FetchOutcome } from './clip-transport.ts'
import { isErrno } from './files.ts'
import type { Log } from './log.ts'

const FIRST_RETRY_MS = 2_000
const DISK_FULL_RETRY_MS = 60_000
const CORRUPT_RETRY_MS = 30_000

/** Fetches one blob at a time, the most urgent first; what is begun is resumed after every break. */
export interface Fetcher {
  /** What is still missing, the most urgent first, and what may not be evicted. */
  setWanted(wanted: readonly BlobRef[], needed: ReadonlySet<Sha256>): void
  /** The ways to bytes now, in the order in which they are tried; none while the link is down. */
  setTransports(transports: readonly ClipTransport[]): void
  /** While an alert is in force nothing else may use the link. */
  setPaused(isPaused: boolean): void
  stop(): Promise<void>
}

export function createFetcher(options: {
  readonly store: ClipStore
  readonly clock: Clock
  readonly log: Log
  readonly onHeld: (sha256: Sha256) => void
  readonly onDiskFull: (isFull: boolean) => void
}): Fetcher {
  const { store, clock, log } = options
  let wanted: readonly BlobRef[] = []
  let needed: ReadonlySet<Sha256> = new Set()
  let transports: readonly ClipTransport[] = []
  let isPaused = false
  let isStopped = false
  /** Monotonic time before which a blob is not asked for again. */
  const notBeforeMs = new Map<Sha256, number>()
  /** How often each was not to be had. */
  const refusals = new Map<Sha256, number>()
  let current: { readonly ref: BlobRef; readonly abort: AbortController } | undefined
  let running: Promise<void> | undefined
  let cancelWake = (): void => {}

  function pick(): BlobRef | undefined {
    if (isPaused || isStopped || transports.length === 0) return undefined
    const nowMs = clock.monotonicMs()
    return wanted.find(({ sha256 }) => !store.has(sha256) && (notBeforeMs.get(sha256) ?? 0) <= nowMs)
  }

  async function tryAll(
    ref: BlobRef,
    abort: AbortController,
  ): Promise<FetchOutcome | { status: 'disk-full' | 'corrupt' }> {
    const begun = await store.begin(ref, needed, clock.now())
    options.onDiskFull(begun.status === 'disk-full')
    if (begun.status === 'disk-full') return begun
    const { partial } = begun
    try {
      let outcome: FetchOutcome = { status: 'interrupted' }
      for (const transport of transports) {
        outcome = await transport(ref, partial, abort.signal)
        if (outcome.status !== 'unavailable') break
      }
      if (outcome.status !== 'complete') return outcome
      return (await partial.finish()) === 'held' ? outcome : { status: 'corrupt' }
    } finally {
      await partial.close()
    }
  }

  async function fetchOne(ref: BlobRef): Promise<void> {
    const abort = new AbortController()
    current = { ref, abort }
    const wait = (delayMs: number): void => void notBeforeMs.set(ref.sha256, clock.monotonicMs() + delayMs)
    const outcome = await tryAll(ref, abort)
    current = undefined
    switch (outcome.status) {
      case 'complete':
        notBeforeMs.delete(ref.sha256)
        refusals.delete(ref.sha256)
        options.onHeld(ref.sha256)
        break
      case 'interrupted':
        break
      case 'unavailable':
        log.warn('clip not available now', { sha256: ref.sha256, detail: outcome.detail })
        // Soon at first: the server may only be a moment behind the target it has just sent. Then ever more seldom.
        refusals.set(ref.sha256, (refusals.get(ref.sha256) ?? 0) + 1)
        wait(Math.min(outcome.retryAfterMs, FIRST_RETRY_MS * 2 ** ((refusals.get(ref.sha256) ?? 1) - 1)))
        break
      case 'corrupt':
        log.warn('clip arrived damaged; thrown away', { sha256: ref.sha256 })
        wait(CORRUPT_RETRY_MS)
        break
      case 'disk-full':
        log.warn('no room for a clip', { sha256: ref.sha256, bytes: ref.bytes })
        wait(DISK_FULL_RETRY_MS)
        break
    }
  }

  async function runAll(): Promise<void> {
    for (let ref = pick(); ref !== undefined; ref = pick()) {
      try {
        await fetchOne(ref)
      } catch (cause) {
        current = undefined
        // What is not needed any more is cleared away while it is fetched: no fault, and were it wanted again, to be begun anew.
        if (isErrno(cause, 'ENOENT')) {
          const isWanted = wanted.some(({ sha256 }) => sha256 === ref.sha256)
          log.debug('a clip was given up while it was fetched', { sha256: ref.sha256, isWanted })
          if (isWanted) notBeforeMs.set(ref.sha256, clock.monotonicMs() + FIRST_RETRY_MS)
          continue
        }
        log.warn('fetching a clip failed', { sha256: ref.sha256, cause })
        // The room that there was when it began, something else has taken.
        if (isErrno(cause, 'ENOSPC')) options.onDiskFull(true)
        notBeforeMs.set(ref.sha256, clock.monotonicMs() + CORRUPT_RETRY_MS)
      }
    }
  }

  /** Something is wanted, but not before a while: come back then. */
  function scheduleRetry(): void {
    cancelWake()
    if (isPaused || isStopped || transports.length === 0) return
    const waits = wanted.filter(({ sha256 }) => !store.has(sha256)).map(({ sha256 }) => notBeforeMs.get(sha256) ?? 0)
    if (waits.length === 0) return
    cancelWake = clock.after(Math.max(100, Math.min(...waits) - clock.monotonicMs()), run)
  }

  function run(): void {
    if (current !== undefined && pick()?.sha256 !== current.ref.sha256) current.abort.abort()
    // Cleared in a later turn: with nothing to fetch, runAll is through before its promise is kept here.
    running ??= runAll().finally(() => {
      running = undefined
      scheduleRetry()
    })
  }

  return {
    setWanted(next, nextNeeded) {
      wanted = next
      needed = nextNeeded
      for (const known of [notBeforeMs, refusals]) {
        for (const sha256 of known.keys()) if (!wanted.some((ref) => ref.sha256 === sha256)) known.delete(sha256)
      }
      run()
    },
    setTransports(next) {
      transports = next
      notBeforeMs.clear()
      run()
    },
    setPaused(next) {
      isPaused = next
      run()
    },
    async stop() {
      isStopped = true
      cancelWake()
      current?.abort.abort()
      await running
    },
  }
}

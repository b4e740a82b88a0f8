import schedule from 'node-schedule'
import type { Logger } from 'pino'
import type { InstantMs } from '#protocol/time.ts'
import type { Clock } from './clock.ts'

/**
 * What is done by the clock. A job that fails is logged and counted and runs again at its next time; one that is still
 * running when its time comes is not started twice, but once more afterwards.
 */
export interface Jobs {
  /** `rule`: a cron line, with seconds, or the rule of node-schedule. */
  every(name: string, rule: string, run: () => Promise<void>): void
  /**
   * At the instants that `next` names, one after the other. It is asked again after each run and whenever `rearm` is
   * called, so that neither a clock that jumps nor a plan that changes leaves a stale timer.
   */
  at(name: string, next: () => Promise<InstantMs | undefined>, run: () => Promise<void>): { rearm(): Promise<void> }
  /** Runs that failed, by job. */
  failures(): ReadonlyMap<string, number>
  /** Starts nothing more, and waits for what runs. */
  stop(): Promise<void>
}

/** A timer further away than this is set again on the way: a clock may be put right in between. */
const MAX_AHEAD_MS = 60 * 60_000

export function createJobs(deps: { readonly clock: Clock; readonly log: Logger }): Jobs {
  const { clock, log } = deps
  const failures = new Map<string, number>()
  const scheduled = new Set<schedule.Job>()
  const running = new Set<Promise<void>>()
  let isStopped = false

  /** The job's own lane: never two runs at once, and calls that come meanwhile are one more run. */
  function makeLane(name: string, run: () => Promise<void>): () => Promise<void> {
    let current: Promise<void> | undefined
    let isWanted = false
    const runWanted = async (): Promise<void> => {
      while (isWanted && !isStopped) {
        isWanted = false
        try {
          await run()
        } catch (error) {
          failures.set(name, (failures.get(name) ?? 0) + 1)
          log.error({ err: error, job: name }, 'a job failed; it runs again at its next time')
        }
      }
    }
    return () => {
      isWanted = true
      if (current === undefined) {
        const started = runWanted().finally(() => {
          current = undefined
          running.delete(started)
        })
        current = started
        running.add(started)
      }
      return current
    }
  }

  return {
    every(name, rule, run) {
      const lane = makeLane(name, run)
      const job = schedule.scheduleJob(name, rule, () => void lane())
      // node-schedule answers null for a rule that it cannot read.
      if (job === null) throw new Error(`The job ${name} has no valid rule: ${rule}`)
      scheduled.add(job)
    },
    at(name, next, run) {
      let armed: schedule.Job | undefined
      let lastAt: InstantMs | undefined
      const disarm = (): void => {
        if (armed === undefined) return
        armed.cancel()
        scheduled.delete(armed)
        armed = undefined
      }
      const rearm = makeLane(`${name} (arming)`, async () => {
        const at = await next()
        disarm()
        if (at === undefined || isStopped) return
        const now = clock.now()
        const isFar = at - now > MAX_AHEAD_MS
        const job = schedule.scheduleJob(name, new Date(isFar ? now + MAX_AHEAD_MS : at), () => {
          disarm()
          void (isFar ? rearm() : runAndRearm())
        })
        if (job === null) {
          // The instant has passed while it was asked for. Named again after its run, it waits for the next `rearm`.
          if (at !== lastAt) void runAndRearm()
          lastAt = at
          return
        }
        armed = job
        scheduled.add(job)
      })
      const lane = makeLane(name, run)
      const runAndRearm = async (): Promise<void> => {
        await lane()
        await rearm()
      }
      return { rearm }
    },
    failures: () => failures,
    async stop() {
      isStopped = true
      for (const job of scheduled) job.cancel()
      scheduled.clear()
      while (running.size > 0) await Promise.all(running)
    },
  }
}

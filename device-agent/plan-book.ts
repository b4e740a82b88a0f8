import { decodeJson } from '#protocol/codec.ts'
import type { OccurrenceId, Sha256 } from '#protocol/ids.ts'
import { type DayPlan, dayPlan, type PlannedOccurrence } from '#protocol/target.ts'
import type { ClipStore } from './io/clip-store.ts'
import type { Log } from './io/log.ts'
import type { HeldTarget } from './io/target-store.ts'

/** The day plans of the target, read from the store once and kept in memory. */
export interface PlanBook {
  /** Reads what the target names and is on disk by now; forgets what it does not name. */
  refresh(target: HeldTarget): Promise<void>
  planOf(sha256: Sha256): DayPlan | undefined
  /** What the target plans. For a day whose plan is still on its way, the plan of the target before. */
  listPlanned(target: HeldTarget): PlannedOccurrence[]
}

export function createPlanBook(store: ClipStore, log: Log): PlanBook {
  const plans = new Map<Sha256, DayPlan>()
  const unreadable = new Set<Sha256>()

  async function readPlan(sha256: Sha256): Promise<void> {
    if (plans.has(sha256) || unreadable.has(sha256)) return
    const bytes = await store.read(sha256)
    if (bytes === undefined) return
    const decoded = decodeJson(dayPlan, bytes)
    if (decoded.ok) plans.set(sha256, decoded.value)
    else {
      // Its hash is right, so that fetching it again would bring the same.
      unreadable.add(sha256)
      log.error('day plan of an unknown form', { sha256, error: decoded.error })
    }
  }

  return {
    async refresh(target) {
      const named = [
        ...target.manifest.content.days.map(({ plan }) => plan.sha256),
        ...target.fallbackDays.map((day) => day.sha256),
      ]
      for (const sha256 of plans.keys()) if (!named.includes(sha256)) plans.delete(sha256)
      for (const sha256 of named) await readPlan(sha256)
    },
    planOf: (sha256) => plans.get(sha256),
    listPlanned(target) {
      const planned = new Map<OccurrenceId, PlannedOccurrence>()
      for (const { date, plan } of target.manifest.content.days) {
        const before = target.fallbackDays.filter((day) => day.date === date).map((day) => plans.get(day.sha256))
        const inForce = plans.get(plan.sha256) ?? before.find((each) => each !== undefined)
        for (const occurrence of inForce?.occurrences ?? []) {
          if (!planned.has(occurrence.occurrenceId)) planned.set(occurrence.occurrenceId, occurrence)
        }
      }
      return [...planned.values()]
    },
  }
}

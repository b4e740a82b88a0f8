import type { Sha256 } from '#protocol/ids.ts'
import type { BlobRef, DayPlan, TargetContent } from '#protocol/target.ts'
import { lengthOfLeadIn } from './lead-in.ts'
import { timeItems } from './timeline.ts'

export type Need = BlobRef & {
  /** When it must be on disk, ms since 1970. */
  readonly neededAtMs: number
}

/**
 * All that the target needs on disk from now on, by the time of need: day plans first (without one nobody knows what the
 * day needs), in the order of their days, then clips in the order in which they will sound. Each blob once.
 *
 * `planOf` gives a day plan that is on disk. Items that are over are left out.
 */
export function listNeeds(
  now: number,
  days: TargetContent['days'],
  planOf: (sha256: Sha256) => DayPlan | undefined,
): { plans: BlobRef[]; clips: Need[] } {
  const byDate = [...days].sort((a, b) => (a.date < b.date ? -1 : 1))
  const clips = new Map<Sha256, Need>()
  const need = (clip: BlobRef, neededAtMs: number): void => {
    const earlier = clips.get(clip.sha256)
    if (earlier === undefined || neededAtMs < earlier.neededAtMs) clips.set(clip.sha256, { ...clip, neededAtMs })
  }
  for (const { plan } of byDate) {
    for (const occurrence of planOf(plan.sha256)?.occurrences ?? []) {
      for (const { item, startMs, endMs } of timeItems(occurrence)) {
        if (Math.max(endMs, occurrence.latestEndAt) <= now) continue
        need(item.clip, startMs)
      }
      const { leadIn, startAt } = occurrence
      if (leadIn?.kind === 'clip' && startAt > now) need(leadIn.clip, startAt - lengthOfLeadIn(leadIn))
    }
  }
  return {
    plans: byDate.map(({ plan }) => plan),
    clips: [...clips.values()].sort((a, b) => a.neededAtMs - b.neededAtMs),
  }
}

/** What is still to be fetched, the most urgent first. */
export function orderFetches(
  needs: { plans: readonly BlobRef[]; clips: readonly Need[] },
  isHeld: (sha256: Sha256) => boolean,
): BlobRef[] {
  const seen = new Set<Sha256>()
  return [...needs.plans, ...needs.clips]
    .filter(({ sha256 }) => {
      if (isHeld(sha256) || seen.has(sha256)) return false
      seen.add(sha256)
      return true
    })
    .map(({ sha256, bytes }) => ({ sha256, bytes }))
}

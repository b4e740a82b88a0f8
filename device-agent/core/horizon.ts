import type { TargetManifest } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'

/** Low water: so much of the plan is left, and nothing new has come. */
const ENDING_MS = 3 * 86_400_000

/**
 * How much of the plan is left. A server that is heard rolls the horizon every local midnight, so that it ends only without
 * one. Past the end the device is silent: nothing is planned there, so that no play is missed either.
 */
export function judgeHorizon(
  manifest: Pick<TargetManifest, 'issuedAt' | 'content'> | undefined,
  now: InstantMs,
): 'far' | 'ending' | 'ended' {
  if (manifest === undefined) return 'far'
  const { issuedAt, content } = manifest
  if (content.horizonEndsAt <= now) return 'ended'
  // A horizon of a few days must not always count as ending.
  const lowWaterMs = Math.min(ENDING_MS, (content.horizonEndsAt - issuedAt) / 3)
  return content.horizonEndsAt - now < lowWaterMs ? 'ending' : 'far'
}

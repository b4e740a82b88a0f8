import type { OccurrenceId } from '#protocol/ids.ts'
import type { LeadIn, PlannedOccurrence } from '#protocol/target.ts'
import { findPermittedEnd, type PermittedHours } from './permitted.ts'

/** How long the chime of the agent's own making lasts (io/audio/chime.ts). */
export const CHIME_MS = 2_400

/** A lead-in that the player holds. */
export type CurrentLeadIn = { readonly occurrenceId: OccurrenceId; readonly voiceId: string }

/** What sounds before an occurrence: it ends when that starts, is no airtime, and stands in no ledger. */
export type LeadInLoad = {
  readonly occurrence: PlannedOccurrence
  readonly leadIn: LeadIn
  readonly startMs: number
  readonly volumePercent: number
}

export const lengthOfLeadIn = (leadIn: LeadIn): number => (leadIn.kind === 'chime' ? CHIME_MS : leadIn.durationMs)

/**
 * When the lead-in of an occurrence begins; undefined where none is to sound: the hours do not permit it before the
 * start, or its clip is not there. The occurrence starts at its instant all the same.
 */
export function findLeadInStart(
  occurrence: PlannedOccurrence,
  permitted: PermittedHours,
  isClipHeld: (leadIn: Extract<LeadIn, { kind: 'clip' }>) => boolean,
): number | undefined {
  const { leadIn, startAt } = occurrence
  if (leadIn === null) return undefined
  if (leadIn.kind === 'clip' && !isClipHeld(leadIn)) return undefined
  const startMs = startAt - lengthOfLeadIn(leadIn)
  const permittedEndMs = findPermittedEnd(permitted, startMs)
  return permittedEndMs !== undefined && permittedEndMs > startAt ? startMs : undefined
}

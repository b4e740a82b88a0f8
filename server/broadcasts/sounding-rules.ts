import type { InstantMs } from '#protocol/time.ts'
import type { LeftOut } from '#server/planning/arrange-rules.ts'
import type { Airing, OccurrenceState } from './rules.ts'

/** When an occurrence really sounds, told from the plan: where it queues, follows on, is held or left out. Pure. */

/** Devices on which it sounds, or does not, at one time. */
export interface SoundingPlace {
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly leftOut: LeftOut | null
  readonly devices: number
}

/** An area was silent at its planned time, or will be. */
export interface SilentBy {
  readonly reason: string
  readonly areaName: string
  readonly until: InstantMs
}

export interface Sounding {
  /** Where it sounds first and last; where it sounds nowhere, as it was planned. */
  readonly soundsFrom: InstantMs
  readonly soundsUntil: InstantMs
  /** Only where it is not as planned, by start; empty: everywhere as planned. */
  readonly places: readonly SoundingPlace[]
  /** It sounds on no device, and why. */
  readonly leftOut: LeftOut | null
}

type Planned = Pick<Airing, 'startAt' | 'endAt'>

/** `places`: every device of the reader that hears it is in one. */
export function soundingOf(planned: Planned, places: readonly SoundingPlace[]): Sounding {
  const heard = places.filter(({ leftOut }) => leftOut === null)
  const silent = places.filter(({ leftOut }) => leftOut !== null)
  const isSuspended = silent.some(({ leftOut }) => leftOut === 'suspended')
  const [first] = heard
  return {
    soundsFrom: heard.reduce(
      (from, { startAt }) => (startAt < from ? startAt : from),
      first?.startAt ?? planned.startAt,
    ),
    soundsUntil: heard.reduce((until, { endAt }) => (endAt > until ? endAt : until), first?.endAt ?? planned.endAt),
    places: places
      .filter(
        ({ startAt, endAt, leftOut }) => leftOut !== null || startAt !== planned.startAt || endAt !== planned.endAt,
      )
      .sort((a, b) => a.startAt - b.startAt || a.endAt - b.endAt || b.devices - a.devices),
    leftOut: first !== undefined || silent[0] === undefined ? null : isSuspended ? 'suspended' : silent[0].leftOut,
  }
}

/** What the plan leaves out everywhere is neither to come nor over. */
export const stateOfSounding = (state: OccurrenceState, leftOut: LeftOut | null): OccurrenceState =>
  leftOut === null || state === 'cancelled' || state === 'not-approved'
    ? state
    : leftOut === 'suspended'
      ? 'suspended'
      : 'left-out'

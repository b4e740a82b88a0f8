import type { PlayReason } from '#protocol/ledger.ts'
import type { ClockState, InstantMs } from '#protocol/time.ts'
import type { ItemOutcome } from '#server/airtime/rules.ts'
import { addDays, localDateOf, startOfLocalDay } from './recurrence-rules.ts'

/**
 * Why an expected play was not heard, or not to its end: the one place that gives each outcome its one reason. What a
 * device said of itself stands; of what no device can say (it was never there, never connected, never received it, had no
 * power) the server's own evidence tells. It never changes an outcome (airtime/rules.ts gives that).
 */

/** Half open; `endedAt` null: it lasts. */
export interface Span {
  readonly beganAt: InstantMs
  readonly endedAt: InstantMs | null
}

export interface InstallationSpan {
  readonly enrolledAt: InstantMs
  readonly revokedAt: InstantMs | null
}

export interface AdoptedTarget {
  readonly revision: number
  readonly adoptedAt: InstantMs
}

/** A stretch in which nothing ran on the device. */
export interface Outage {
  /** Its last sign of life: the outage began then or later. */
  readonly from: InstantMs
  /** When it was back and knew the time. */
  readonly until: InstantMs
  /** It was shut down in order; power was not lost. */
  readonly isClean: boolean
}

/** One ledger entry, as far as outages ask. */
export interface LifeSign {
  readonly ledgerId: string
  readonly seq: number
  readonly at: InstantMs
  readonly clock: ClockState
  /** Of a boot entry; else undefined. */
  readonly cleanShutdown?: boolean | undefined
}

export interface DeviceFacts {
  readonly installations: readonly InstallationSpan[]
  /** At least the last connection that began before the play, and the first one after. */
  readonly connections: readonly Span[]
  /** At least the last target before the play. */
  readonly adopted: readonly AdoptedTarget[]
  readonly outages: readonly Outage[]
}

export interface PlanFacts {
  /** The last change before the start of what was to play. */
  readonly changedAt: InstantMs
  /** Before this instant nobody knows any more when devices were connected. */
  readonly connectionsKnownFrom: InstantMs
  /** So many local days ahead devices held their plan. */
  readonly horizon: { readonly days: number; readonly timeZone: string }
}

export interface ExplainedItem {
  readonly startAt: InstantMs
  readonly durationMs: number
  readonly leftOut: string | null
}

/** `isReported`: the device's ledger tells of it, in whatever way. Null: played, there is nothing to explain. */
export function explainOutcome(
  item: ExplainedItem,
  { outcome, reason }: Pick<ItemOutcome, 'outcome' | 'reason'>,
  isReported: boolean,
  plan: PlanFacts,
  device: DeviceFacts,
): string | null {
  if (outcome === 'played') return null
  if (outcome === 'cancelled') return item.leftOut ?? reason ?? 'stopped'
  // A revoked installation reports no more, whatever it may still have played.
  if (outcome === 'unknown') return !isReported && isRevoked(item, device) ? 'revoked' : 'not-reported'
  if (isReported) return reason ?? 'not-reported'
  return explainSilence(item, plan, device)
}

function explainSilence(item: ExplainedItem, plan: PlanFacts, device: DeviceFacts): PlayReason {
  const plannedEndAt = item.startAt + item.durationMs
  if (device.installations.every((one) => one.enrolledAt >= plannedEndAt)) return 'never-enrolled'
  if (isRevoked(item, device)) return 'revoked'
  const outage = device.outages.find((one) => one.from < plannedEndAt && one.until > item.startAt)
  if (outage !== undefined) return outage.isClean ? 'agent-restarted' : 'power-lost'
  const couldReceive =
    device.connections.some(
      (one) => one.beganAt < item.startAt && (one.endedAt === null || one.endedAt > plan.changedAt),
    ) || device.adopted.some((one) => one.adoptedAt >= plan.changedAt && one.adoptedAt < item.startAt)
  const isKnown = item.startAt >= plan.connectionsKnownFrom
  if (isKnown && !couldReceive) return 'no-target'
  return isPastHorizon(item, plan, device) ? 'horizon-ended' : 'not-in-target'
}

/** Away for so long that the last plan that it can have got, on the day it was last connected, ended before. */
function isPastHorizon({ startAt }: ExplainedItem, { horizon }: PlanFacts, { connections }: DeviceFacts): boolean {
  const before = connections.filter(({ beganAt }) => beganAt < startAt)
  return (
    before.length > 0 &&
    before.every(({ endedAt }) => {
      if (endedAt === null) return false
      const endsOn = addDays(localDateOf(endedAt, horizon.timeZone), horizon.days)
      return startAt >= startOfLocalDay(endsOn, horizon.timeZone)
    })
  )
}

/** All installations that could have played it were revoked before it began. */
function isRevoked(item: ExplainedItem, { installations }: DeviceFacts): boolean {
  const present = installations.filter((one) => one.enrolledAt < item.startAt + item.durationMs)
  return present.length > 0 && present.every((one) => one.revokedAt !== null && one.revokedAt <= item.startAt)
}

/**
 * Outages that the ledger tells of: from the entry before a boot to the boot. `entries`: of one device, each ledger's in the
 * order of their numbers, without gaps. A device without a clock of its own boots with an old time: the outage ends where
 * its time is trusted again. A connection that lasted longer than the entry before narrows it.
 */
export function findOutages(entries: readonly LifeSign[], connections: readonly Span[]): Outage[] {
  return entries.flatMap((boot, index) => {
    const before = entries[index - 1]
    if (boot.cleanShutdown === undefined || before === undefined || before.ledgerId !== boot.ledgerId) return []
    const sure = entries
      .slice(index)
      .find((one) => one.ledgerId === boot.ledgerId && one.clock !== 'untrusted' && one.at >= before.at)
    const until = sure?.at ?? boot.at
    const seen = connections.flatMap(({ beganAt, endedAt }) =>
      endedAt !== null && beganAt < until && endedAt <= until ? [endedAt] : [],
    )
    const from = seen.reduce<InstantMs>((last, at) => (at > last ? at : last), before.at)
    return until > from ? [{ from, until, isClean: boot.cleanShutdown }] : []
  })
}

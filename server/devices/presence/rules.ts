import { type DeviceState, type Hello, type RefusalReason, refusalReasons } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** What is known of a device's connection. */
export interface Presence {
  readonly connectionId: string
  readonly isOnline: boolean
  /** When online last changed. */
  readonly since: InstantMs
  readonly lastSeenAt: InstantMs
  readonly hello: Hello | null
  readonly state: DeviceState | null
  /** Device clock minus server clock at the last hello. */
  readonly clockOffsetMs: number | null
}

/** Devices send their state once a minute; whoever was silent for so long is gone, also when no last will said so. */
export const SILENT_AFTER_MS = 5 * 60_000
const MAX_INT4 = 2_147_483_647

const turn = (known: Presence | undefined, isOnline: boolean, now: InstantMs): InstantMs =>
  known !== undefined && known.isOnline === isOnline ? known.since : now

export function applyHello(known: Presence | undefined, hello: Hello, now: InstantMs): Presence {
  const offsetMs = hello.clock.at - now
  return {
    connectionId: hello.connectionId,
    isOnline: true,
    since: turn(known, true, now),
    lastSeenAt: now,
    hello,
    state: known?.state ?? null,
    clockOffsetMs: Math.max(-MAX_INT4, Math.min(MAX_INT4, offsetMs)),
  }
}

/** Said after `known`, the last one heard. An earlier one that arrives once more tells nothing of the ledger as it is now. */
export const isLaterHello = (known: Hello | null, hello: Hello): boolean =>
  known === null || known.bootId !== hello.bootId || known.clock.monotonicMs < hello.clock.monotonicMs

/** Undefined: the last will of an earlier connection, which tells nothing about the present one. */
export function applyState(known: Presence | undefined, state: DeviceState, now: InstantMs): Presence | undefined {
  const isOnline = state.status === 'online'
  if (!isOnline && known !== undefined && known.connectionId !== state.connectionId) return undefined
  return {
    connectionId: state.connectionId,
    isOnline,
    since: turn(known, isOnline, now),
    // A last will is the broker's word, not the device's.
    lastSeenAt: isOnline ? now : (known?.lastSeenAt ?? now),
    hello: known?.hello ?? null,
    state,
    clockOffsetMs: known?.clockOffsetMs ?? null,
  }
}

/** Offline when it was silent for too long; undefined when nothing changes. */
export function applySilence(known: Presence, now: InstantMs): Presence | undefined {
  if (!known.isOnline || now - known.lastSeenAt < SILENT_AFTER_MS) return undefined
  return { ...known, isOnline: false, since: instantMs.parse(known.lastSeenAt) }
}

/** A connection of a device as it is kept: evidence for what the device could not have received or reported. */
export interface ConnectionRecord {
  readonly connectionId: string
  readonly beganAt: InstantMs
  /** Null while it lasts. */
  readonly endedAt: InstantMs | null
  /** Null until the device has said hello in it. */
  readonly bootId: string | null
}

/** How long it is known when a device was connected: longer than a device keeps what it has delivered (90 days). */
export const CONNECTION_RETENTION_MS = 120 * 86_400_000

/**
 * What a device's presence, as it is now, says of its connections: `open`, the one that lasts, and `changed`, what is to
 * be kept. `last`: the one that lasted until now. A new connection ends the one before, whose will may never come.
 */
export function followConnection(
  last: ConnectionRecord | undefined,
  presence: Presence,
  now: InstantMs,
): { open: ConnectionRecord | undefined; changed: ConnectionRecord[] } {
  const endLast = (endedAt: InstantMs): ConnectionRecord[] =>
    last === undefined ? [] : [{ ...last, endedAt: instantMs.parse(Math.max(last.beganAt, endedAt)) }]
  if (!presence.isOnline) return { open: undefined, changed: endLast(presence.since) }
  const { connectionId, hello } = presence
  const bootId = hello?.connectionId === connectionId ? hello.bootId : null
  if (last?.connectionId !== connectionId) {
    const open = { connectionId, beganAt: now, endedAt: null, bootId }
    return { open, changed: [...endLast(now), open] }
  }
  if (bootId === null || last.bootId === bootId) return { open: last, changed: [] }
  const open = { ...last, bootId }
  return { open, changed: [open] }
}

/** Did anything change that a console shows at once? Temperatures and free space are read with the next change. */
export function isVisibleChange(before: Presence | undefined, after: Presence): boolean {
  const shown = (presence: Presence | undefined): string =>
    JSON.stringify([
      presence?.isOnline,
      presence?.state?.playing?.occurrenceId,
      presence?.state?.playing?.alertId,
      presence?.state?.playing?.itemId,
      presence?.state?.volumePercent,
      presence?.state?.muted,
      presence?.state?.health?.sink.state,
      presence?.hello?.agentVersion,
      presence?.hello?.targetRevision,
    ])
  return shown(before) !== shown(after)
}

/** While the database is away, so long at most between two tries: what devices said is written soon after it is back. */
export const LONGEST_FLUSH_DELAY_MS = 30_000

/** How long changes are gathered before they are written; doubles with each try in a row that failed. */
export const flushDelayMs = (gatherMs: number, failures: number): number =>
  Math.min(gatherMs * 2 ** failures, LONGEST_FLUSH_DELAY_MS)

/** JSON that PostgreSQL can keep as jsonb: it knows neither U+0000 nor half a surrogate pair. */
export const toStorableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'string' ? one.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\ufffd') : one,
  )

type Refused = DeviceState['refused']

/** What was refused since `before`, the state last heard; a count that fell says that the agent began to count anew. */
export function countNewlyRefused(before: Refused, after: Refused): { reason: RefusalReason; count: number }[] {
  const isAnew = refusalReasons.some((reason) => (after?.[reason] ?? 0) < (before?.[reason] ?? 0))
  return refusalReasons.flatMap((reason) => {
    const count = (after?.[reason] ?? 0) - (isAnew ? 0 : (before?.[reason] ?? 0))
    return count > 0 ? [{ reason, count }] : []
  })
}

/** Genuine once, but not for here and now; or never genuine. */
export const refusalCode = (reason: RefusalReason): 'replay-refused' | 'signature-refused' =>
  reason === 'expired' || reason === 'replay' || reason === 'wrong-audience' ? 'replay-refused' : 'signature-refused'

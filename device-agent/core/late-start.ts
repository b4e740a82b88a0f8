import type { PlayReason } from '#protocol/ledger.ts'
import type { TimedItem } from './timeline.ts'

/** Who begins so little late has not come late: a broadcast that is not to be joined is joined all the same. */
export const LATE_TOLERANCE_MS = 1_000

/** The device itself was not ready, as opposed to one clip that was not there. */
const deviceReasons: ReadonlySet<PlayReason> = new Set([
  'power-lost',
  'agent-restarted',
  'clock-untrusted',
  'too-late',
] satisfies PlayReason[])

/** Whether what kept one item kept the whole device: then all that follows comes too late as well (`skip`). */
export const concernsDevice = (reason: PlayReason): boolean => deviceReasons.has(reason)

/** What a device knows of one item that is due, or is to come, when it looks at a late start. */
export type LateItem = {
  readonly timed: TimedItem
  /** Neither played, nor given up, nor with the player: still to come. One that was interrupted may come again. */
  readonly isOpen: boolean
  /** Nothing keeps it from sounding now. */
  readonly isReady: boolean
}

/**
 * `restart`: by how much the occurrence is moved so that it begins anew now; 0 if it is not late, if nothing of it is
 * ready, or if it no longer fits. It begins with the earliest of what is still to come from which everything up to the
 * occurrence's end fits `latestEndMs`; what lies before that is lost. The rest keeps its distances, and with them its
 * gaps. Where nothing fits, the device joins where the others are: a part is better than silence.
 */
export function findRestartShift(items: readonly LateItem[], nowMs: number, latestEndMs: number): number {
  const lastClosed = items.findLastIndex(({ isOpen }) => !isOpen)
  const open = items.slice(lastClosed + 1)
  const first = open.find(
    ({ timed, isReady }) => isReady && timed.startMs < nowMs && canRestart(items, timed, nowMs, latestEndMs),
  )
  return first === undefined ? 0 : nowMs - first.timed.startMs
}

/** Whether everything from this item on would still fit if it began now. */
export function canRestart(
  items: readonly Pick<LateItem, 'timed'>[],
  from: TimedItem,
  nowMs: number,
  latestEndMs: number,
): boolean {
  return nowMs + lengthFrom(items, from) <= latestEndMs
}

/** From the start of this item to the end of the last. */
export const lengthFrom = (items: readonly Pick<LateItem, 'timed'>[], from: TimedItem): number =>
  Math.max(...items.map(({ timed }) => timed.endMs)) - from.startMs

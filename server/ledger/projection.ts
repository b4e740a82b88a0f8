import type { LedgerEntry } from '#protocol/ledger.ts'
import type { ReadEntry } from './rules.ts'

type EntryOf<T extends LedgerEntry['type']> = Extract<LedgerEntry, { type: T }>

/** A row of `play` as its first entry makes it: a start, a miss, or an end whose start is unknown. */
export interface PlayRow {
  readonly id: string
  readonly occurrenceId: string | null
  readonly alertId: string | null
  readonly itemId: string | null
  readonly clip: string
  readonly language: string | null
  readonly plannedStartAt: number
  readonly startedAt: number | null
  readonly clock: string
  readonly targetRevision: number
  readonly seq: number
  readonly end: PlayEnd | undefined
}

export interface PlayEnd {
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly heardMs: number
  readonly volumePercent: number | null
  readonly outcome: 'played' | 'partial' | 'missed'
  readonly reason: string | null
  readonly seq: number
}

export interface CommandOutcome {
  readonly messageId: string
  readonly outcome: string
  readonly at: number
}

/** The device took up another target. */
export interface AdoptedTarget {
  readonly seq: number
  readonly revision: number
  readonly contentHash: string
  readonly at: number
}

export interface Projection {
  readonly begun: readonly PlayRow[]
  /** Ends by the id of their play; what has no row yet gets one of its own. */
  readonly ended: readonly PlayRow[]
  readonly commands: readonly CommandOutcome[]
  readonly adopted: readonly AdoptedTarget[]
}

/** The database counts in 32 bits; a device may send any number. */
const MAX_INT4 = 2_147_483_647
const int4 = (value: number): number => Math.min(Math.round(value), MAX_INT4)

const playOf = (entry: EntryOf<'play-started' | 'play-ended'>) => ({
  id: entry.play.playId,
  occurrenceId: entry.play.occurrenceId,
  alertId: entry.play.alertId,
  itemId: entry.play.itemId,
  clip: entry.play.clip,
  language: entry.play.language,
})
const headOf = (entry: LedgerEntry) => ({
  clock: entry.clock,
  targetRevision: int4(entry.targetRevision),
  seq: entry.seq,
})

const beginPlay = (entry: EntryOf<'play-started'>): PlayRow => ({
  ...playOf(entry),
  ...headOf(entry),
  plannedStartAt: entry.plannedStartAt,
  // Written before the sound, so until the end tells better: not before its planned instant.
  startedAt: Math.max(entry.at, entry.plannedStartAt),
  end: undefined,
})

const endPlay = (entry: EntryOf<'play-ended'>): PlayRow => ({
  ...playOf(entry),
  ...headOf(entry),
  plannedStartAt: entry.startedAt ?? entry.endedAt,
  startedAt: entry.startedAt,
  end: {
    startedAt: entry.startedAt,
    endedAt: entry.endedAt,
    heardMs: int4(entry.heardMs),
    volumePercent: entry.volumePercent,
    outcome: entry.outcome,
    reason: entry.reason,
    seq: entry.seq,
  },
})

const missPlay = (entry: EntryOf<'missed'>): PlayRow => ({
  ...headOf(entry),
  id: `${entry.ledgerId}:${entry.seq}`,
  occurrenceId: entry.occurrenceId,
  alertId: null,
  itemId: entry.itemId,
  clip: entry.clip,
  language: entry.language,
  plannedStartAt: entry.plannedStartAt,
  startedAt: null,
  end: {
    startedAt: null,
    endedAt: null,
    heardMs: 0,
    volumePercent: null,
    outcome: 'missed',
    reason: entry.reason,
    seq: entry.seq,
  },
})

/** What new entries mean for plays, commands and targets. Entries of other types, or unknown ones, mean nothing for them. */
export function projectEntries(entries: readonly ReadEntry[]): Projection {
  const begun: PlayRow[] = []
  const ended: PlayRow[] = []
  const commands: CommandOutcome[] = []
  const adopted: AdoptedTarget[] = []
  for (const { entry } of entries) {
    if (entry?.type === 'play-started') begun.push(beginPlay(entry))
    if (entry?.type === 'play-ended') ended.push(endPlay(entry))
    if (entry?.type === 'missed') begun.push(missPlay(entry))
    if (entry?.type === 'command') commands.push({ messageId: entry.messageId, outcome: entry.outcome, at: entry.at })
    if (entry?.type === 'target-adopted') {
      const { seq, contentHash, at } = entry
      adopted.push({ seq, revision: int4(entry.targetRevision), contentHash, at })
    }
  }
  return { begun, ended, commands, adopted }
}

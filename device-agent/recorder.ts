import type { LedgerFact } from '#protocol/ledger.ts'
import type { History } from './core/history.ts'
import { blameCard, type CardTrouble } from './io/card.ts'
import type { Ledger, Stamp } from './io/ledger.ts'
import type { Log } from './io/log.ts'

/** What could not be written waits for room, up to this many facts: a week of plays. */
const MAX_BACKLOG = 1_000

/** The one door to the ledger: keeps the history in step with it, and what could not be written until it can. */
export interface Recorder {
  /** True once the fact is durable; otherwise it is kept in memory, with its instant, and written when the card takes it. */
  record(fact: LedgerFact): Promise<boolean>
  /** Something that happened does not stand in the ledger yet. */
  readonly isBehind: boolean
  /** Tries again what could not be written. */
  retry(): Promise<void>
}

/** What a technician wants to read in the journal: what sounded, and why it did not. */
function tellPlay(log: Log, fact: LedgerFact): void {
  if (fact.type === 'play-started') {
    log.info('play started', { play: fact.play.occurrenceId ?? fact.play.alertId, item: fact.play.itemId })
  } else if (fact.type === 'play-ended') {
    const { play, outcome, reason, heardMs } = fact
    log.info('play ended', { play: play.occurrenceId ?? play.alertId, item: play.itemId, outcome, reason, heardMs })
  } else if (fact.type === 'missed') {
    log.warn('missed', { play: fact.occurrenceId, item: fact.itemId, reason: fact.reason })
  }
}

export function createRecorder(options: {
  readonly ledger: Ledger
  readonly history: History
  readonly log: Log
  readonly onWritten: () => void
  /** What the ledger could not be written for, or undefined when it can. */
  readonly onTrouble: (trouble: CardTrouble | undefined) => void
}): Recorder {
  const { ledger, history, log } = options
  const backlog: { readonly fact: LedgerFact; readonly stamp: Stamp }[] = []
  let isFailing = false

  async function append(fact: LedgerFact, stamp: Stamp): Promise<boolean> {
    try {
      await ledger.append(fact, stamp)
      options.onTrouble(undefined)
      if (isFailing) log.info('the ledger can be written again', { waiting: backlog.length })
      isFailing = false
      options.onWritten()
      return true
    } catch (cause) {
      options.onTrouble(blameCard(cause))
      // Said once: a card that is full stays so for hours, and is tried again and again.
      if (!isFailing) log.error('the ledger could not be written; what happens is kept in memory', { cause })
      isFailing = true
      return false
    }
  }

  let retrying: Promise<void> | undefined
  async function writeBacklog(): Promise<void> {
    for (let first = backlog[0]; first !== undefined; first = backlog[0]) {
      if (!(await append(first.fact, first.stamp))) return
      backlog.shift()
    }
  }

  return {
    async record(fact) {
      const stamp = ledger.stamp()
      history.apply(fact)
      tellPlay(log, fact)
      // Nothing overtakes what waits already.
      if (backlog.length === 0 && (await append(fact, stamp))) return true
      if (backlog.length < MAX_BACKLOG) backlog.push({ fact, stamp })
      else log.error('a ledger entry is lost', { type: fact.type })
      return false
    },
    get isBehind() {
      return backlog.length > 0
    },
    retry() {
      retrying ??= writeBacklog().finally(() => {
        retrying = undefined
      })
      return retrying
    },
  }
}

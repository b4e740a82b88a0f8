import type { LedgerFact } from '#protocol/ledger.ts'
import type { History } from './core/history.ts'
import { isErrno } from './io/files.ts'
import type { Ledger } from './io/ledger.ts'
import type { Log } from './io/log.ts'

/** What could not be written waits for room, up to this many facts: a week of plays. */
const MAX_BACKLOG = 1_000

/** The one door to the ledger: keeps the history in step with it, and what could not be written until it can. */
export interface Recorder {
  /** True once the fact is durable. What happened already (an end, a miss) is kept and written later if it is not. */
  record(fact: LedgerFact): Promise<boolean>
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
  readonly onFailing: (isFailing: boolean) => void
}): Recorder {
  const { ledger, history, log } = options
  const backlog: LedgerFact[] = []

  async function append(fact: LedgerFact): Promise<boolean> {
    try {
      await ledger.append(fact)
      tellPlay(log, fact)
      options.onFailing(false)
      options.onWritten()
      return true
    } catch (cause) {
      log.error('the ledger could not be written', { type: fact.type, cause, isDiskFull: isErrno(cause, 'ENOSPC') })
      options.onFailing(true)
      return false
    }
  }

  return {
    async record(fact) {
      // A beginning that is not durable is no beginning: whoever wants to play must not.
      if (fact.type === 'play-started') {
        const isDurable = backlog.length === 0 && (await append(fact))
        if (isDurable) history.apply(fact)
        return isDurable
      }
      history.apply(fact)
      if (backlog.length === 0 && (await append(fact))) return true
      if (backlog.length < MAX_BACKLOG) backlog.push(fact)
      else log.error('a ledger entry is lost', { type: fact.type })
      return false
    },
    async retry() {
      for (let fact = backlog[0]; fact !== undefined && (await append(fact)); fact = backlog[0]) backlog.shift()
    },
  }
}

import type { LedgerFact, PlayReason, PlaySubject } from '#protocol/ledger.ts'
import type { InstantMs } from '#protocol/time.ts'
import { type ItemKey, itemKey } from './timeline.ts'

/** A play that has begun and not ended, as the ledger tells it. */
export type OpenPlay = { readonly subject: PlaySubject; readonly plannedStartAt: InstantMs }

/**
 * What the ledger says was played. `interrupted`: it sounded in part, or was about to, and may be joined again;
 * `settled`: its outcome is final.
 */
export type ItemHistory = 'none' | 'interrupted' | 'settled'

/** After these a play may be taken up again while its item still runs. */
const rejoinable: readonly (PlayReason | null)[] = ['agent-restarted', 'power-lost', 'clock-untrusted']

/** Kept small on purpose: one key per item, not the entries themselves. Rebuilt from the ledger at every start. */
export class History {
  readonly #items = new Map<ItemKey, ItemHistory>()
  readonly #open = new Map<string, OpenPlay>()

  apply(fact: LedgerFact): void {
    switch (fact.type) {
      case 'play-started':
        this.#open.set(fact.play.playId, { subject: fact.play, plannedStartAt: fact.plannedStartAt })
        this.#note(fact.play, 'interrupted')
        break
      case 'play-ended': {
        this.#open.delete(fact.play.playId)
        // Taken back before its first sample, because the plan moved it or dropped it: it may be planned again.
        const isTakenBack = fact.reason === 'not-in-target' && fact.startedAt === null
        if (!isTakenBack && !rejoinable.includes(fact.reason)) this.#note(fact.play, 'settled')
        break
      }
      case 'missed':
        this.#items.set(itemKey(fact.occurrenceId, fact.itemId, fact.language), 'settled')
        break
      default:
        break
    }
  }

  of(key: ItemKey): ItemHistory {
    return this.#items.get(key) ?? 'none'
  }

  get openPlays(): readonly OpenPlay[] {
    return [...this.#open.values()]
  }

  #note(subject: PlaySubject, history: ItemHistory): void {
    if (subject.occurrenceId === null || subject.itemId === null || subject.language === null) return
    const key = itemKey(subject.occurrenceId, subject.itemId, subject.language)
    if (this.#items.get(key) !== 'settled') this.#items.set(key, history)
  }
}

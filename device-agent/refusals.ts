import type { RefusalReason } from '#protocol/link.ts'
import type { Log } from './io/log.ts'

/** What was sent from above and not acted upon, counted: the server tells whoever watches the network. */
export interface Refusals {
  note(what: string, reason: RefusalReason, error: string): void
  /** Since the agent started. */
  readonly counts: Readonly<Partial<Record<RefusalReason, number>>>
}

/** `onFirst` is called for the first one of each reason; the others ride along with what is told regularly. */
export function createRefusals(options: { readonly log: Log; readonly onFirst: () => void }): Refusals {
  const counts: Partial<Record<RefusalReason, number>> = {}
  return {
    counts,
    note(what, reason, error) {
      options.log.warn(`${what} refused`, { reason, error })
      const before = counts[reason] ?? 0
      counts[reason] = before + 1
      if (before === 0) options.onFirst()
    },
  }
}

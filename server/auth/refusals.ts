import type { Audit, AuditBy, AuditNote } from '#server/audit/audit.ts'
import { system } from '#server/audit/audit.ts'
import type { Clock } from '#server/clock.ts'

/** Writes refused sign-ins into the audit trail, and of a flood of them only how many there were. */
export interface Refusals {
  note(by: AuditBy, note: Omit<AuditNote, 'outcome'>): Promise<void>
  /** Says how many were left out, once their minute is over. To be called now and then. */
  flush(): Promise<void>
}

const WINDOW_MS = 60_000
const MAX_PER_ADDRESS = 10
const MAX_IN_ALL = 100

interface Window {
  readonly startedAtMs: number
  /** Bounded, since nothing is added once `MAX_IN_ALL` are noted. */
  readonly notedFrom: Map<string, number>
  noted: number
  leftOut: number
}

export function createRefusals(deps: { audit: Audit; clock: Clock }): Refusals {
  const { audit, clock } = deps
  const begin = (): Window => ({ startedAtMs: clock.now(), notedFrom: new Map(), noted: 0, leftOut: 0 })
  let current = begin()

  async function flush(): Promise<void> {
    const elapsedMs = clock.now() - current.startedAtMs
    if (elapsedMs >= 0 && elapsedMs < WINDOW_MS) return
    const { leftOut } = current
    current = begin()
    if (leftOut === 0) return
    await audit.note(system, {
      action: 'session.opened',
      areaPath: [],
      subject: { type: 'account', id: null },
      outcome: 'refused',
      reason: 'too-many-to-note',
      after: { leftOut },
    })
  }

  return {
    flush,
    async note(by, note) {
      await flush()
      const address = by.origin?.address ?? ''
      const fromThere = current.notedFrom.get(address) ?? 0
      if (fromThere >= MAX_PER_ADDRESS || current.noted >= MAX_IN_ALL) {
        current.leftOut += 1
        return
      }
      current.notedFrom.set(address, fromThere + 1)
      current.noted += 1
      await audit.note(by, { ...note, outcome: 'refused' })
    },
  }
}

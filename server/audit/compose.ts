import type { Logger } from 'pino'
import type { PublicJwk, Signer } from '#protocol/signing.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { Jobs } from '#server/jobs.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Audit, createAudit } from './audit.ts'
import { createCheckpoints } from './checkpoints.ts'
import { type AuditReading, createAuditReading } from './reading.ts'
import { dropPastRetention } from './retention.ts'
import type { SignedHead } from './signed-head.ts'
import { recordStart } from './start-record.ts'

export interface AuditingDeps {
  db: Database
  clock: Clock
  log: Pick<Logger, 'error'>
  security: SecurityEvents
  /** Asked each time: the key may be rotated while the server runs. */
  signer: () => Signer
  /** Every key that the server ever signed with, the present one among them. */
  trustedKeys: () => readonly PublicJwk[]
  /** The head that was signed last, kept outside the database. */
  signedHead: SignedHead
  /** 0: the trail is kept for ever. */
  retentionDays: number
  /** Told of each request that is accounted for. */
  onAccounted?: (requestId: string) => void
}

/** The audit trail with all that keeps it: what services write into, what auditors read, what runs by the clock. */
export interface Auditing {
  readonly audit: Audit
  readonly reading: AuditReading
  /** Hourly checkpoints, and once a day verification and retention. */
  schedule(jobs: Jobs): void
  /** Puts the start on record, and signs it with what a crash had left unsigned. */
  recordStart(start: Parameters<typeof recordStart>[1]): Promise<void>
  /** Signs the last head. To be called when nobody writes any more, before the database is closed. */
  close(): Promise<void>
}

export function composeAudit(deps: AuditingDeps): Auditing {
  const checkpoints = createCheckpoints(deps)
  const audit = createAudit({ ...deps, onAppended: (seq) => checkpoints.onAppended(seq) })
  const reading = createAuditReading({ ...deps, audit })
  return {
    audit,
    reading,
    schedule(jobs) {
      jobs.every('say how many refusals were left out', '20 * * * * *', () => audit.sayLeftOut())
      jobs.every('sign the audit trail’s head', '0 7 * * * *', () => checkpoints.make())
      jobs.every('verify the audit trail', '0 23 2 * * *', async () => {
        await reading.verify()
        // Not what is broken: it would be gone, and nobody could look.
        const { latest } = await reading.status()
        if (latest?.result.ok === true) await dropPastRetention({ ...deps, audit })
      })
    },
    async recordStart(start) {
      await recordStart({ ...deps, audit }, start)
      await checkpoints.tryMake()
    },
    close: () => checkpoints.close(),
  }
}

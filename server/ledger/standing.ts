import { type DeviceId, sha256 } from '#protocol/ids.ts'
import { emptyLedgerHash, type LedgerHead } from '#protocol/link.ts'
import type { Database } from '#server/db.ts'
import type { SecurityAlarm } from '#server/devices/alarms/rules.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { judgeHead } from './rules.ts'
import {
  countLedgers,
  inTransaction,
  type LedgerRow,
  lockLedger,
  markForked,
  type Reader,
  readHashes,
  readLedger,
  reopenLedger,
} from './store.ts'

export interface LedgerAlarms {
  /** The same subject told twice is one alarm. */
  raiseAlarm(id: DeviceId, code: SecurityAlarm, detail: string, subject: string): Promise<void>
}

/** One new ledger in ten minutes at most, so only a defect or an attack comes so far. */
export const MAX_LEDGERS_PER_INSTALLATION = 100

export interface Standing {
  /** How far the server has committed this ledger. */
  readonly head: LedgerHead
  readonly isForked: boolean
  /** A new ledger would be needed, and the installation may begin none any more. */
  readonly isRefused: boolean
}

/** Tells a device where its ledger stands, and notices what its head alone gives away. */
export function createStanding(deps: {
  readonly db: Database
  readonly security: SecurityEvents
  readonly alarms: LedgerAlarms
}) {
  const { db, security, alarms } = deps

  /** Compares under the ledger's lock, so that no batch changes it meanwhile. True: quarantined from now on. */
  async function quarantineByHead(deviceId: DeviceId, head: LedgerHead, isNewWord: boolean): Promise<boolean> {
    const reason = await inTransaction(db.pool, async (tx) => {
      const ledger = await lockLedger(tx, head.ledgerId)
      if (ledger === undefined || ledger.state === 'forked') return undefined
      const found = judgeHead(ledger, await readHashAt(tx, ledger, head), head, isNewWord)
      if (found !== undefined) await markForked(tx, head.ledgerId)
      return found
    })
    if (reason === undefined) return false
    const detail = `${head.ledgerId}: ${reason} at ${head.seq}`
    security.report('ledger-forked', { deviceId, detail })
    return true
  }

  async function readHashAt(db: Reader, ledger: LedgerRow, head: LedgerHead): Promise<string | undefined> {
    if (head.seq === 0) return emptyLedgerHash
    if (head.seq >= ledger.seq) return ledger.hash
    return (await readHashes(db, head.ledgerId, head.seq, head.seq)).get(head.seq)
  }

  /**
   * The device writes this ledger although the server closed it: an earlier one came in after it for the first time, or a
   * card was put back. Which of them is true a person has to look at.
   */
  async function reopen(id: DeviceId, installationId: string, ledgerId: string): Promise<void> {
    const left = await inTransaction(db.pool, (tx) => reopenLedger(tx, ledgerId, installationId))
    if (left === undefined) return
    const detail = `${left} → ${ledgerId}`
    security.report('ledger-replaced', { deviceId: id, detail })
    await alarms.raiseAlarm(id, 'ledger-replaced', detail, left)
  }

  /** `isNewWord`: the head is not that of an earlier hello that arrives once more. */
  return async (id: DeviceId, installationId: string, head: LedgerHead, isNewWord: boolean): Promise<Standing> => {
    const { ledgerId } = head
    const ledger = await readLedger(db.pool, ledgerId)
    const isOwn = ledger?.installationId === installationId
    const known = { ledgerId, seq: isOwn ? ledger.seq : 0, hash: isOwn ? sha256.parse(ledger.hash) : emptyLedgerHash }
    let isForked = ledger !== undefined && (!isOwn || ledger.state === 'forked')
    if (isOwn && !isForked && judgeHead(ledger, await readHashAt(db.pool, ledger, head), head, isNewWord) !== undefined)
      isForked = await quarantineByHead(id, head, isNewWord)
    // Told with each hello: what a crash between the commit and the alarm kept back is told now, and else nothing is new.
    if (isOwn && isForked) await alarms.raiseAlarm(id, 'ledger-forked', `${ledgerId}: ${known.seq} committed`, ledgerId)
    else if (isOwn && ledger.state === 'closed' && isNewWord) await reopen(id, installationId, ledgerId)
    const needsNew = ledger === undefined || isForked
    const isRefused = needsNew && (await countLedgers(db.pool, installationId)) >= MAX_LEDGERS_PER_INSTALLATION
    if (isRefused) await alarms.raiseAlarm(id, 'ledgers-exhausted', `${MAX_LEDGERS_PER_INSTALLATION}`, installationId)
    return { head: known, isForked, isRefused }
  }
}

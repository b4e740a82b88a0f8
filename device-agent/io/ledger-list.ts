import { z } from 'zod'
import { type LedgerId, ledgerId } from '#protocol/ids.ts'
import { readSpareState } from './files.ts'
import type { Log } from './log.ts'

/** Which ledgers this installation has: the one that it writes, and those that it gave up, the oldest first. */
const ledgerList = z.object({ version: z.literal(1), current: ledgerId, earlier: z.array(ledgerId) })
export type LedgerList = z.infer<typeof ledgerList>

export async function readLedgerList(file: string, firstLedgerId: LedgerId, log: Log): Promise<LedgerList> {
  const read = await readSpareState(file, ledgerList)
  if (read.status === 'corrupt') log.warn('list of ledgers unreadable, set aside', read)
  // A list that does not know this installation's ledger belongs to an earlier one.
  if (read.status === 'ok' && [read.value.current, ...read.value.earlier].includes(firstLedgerId)) return read.value
  return { version: 1, current: firstLedgerId, earlier: [] }
}

/** A process that appends to a ledger until it is killed, telling each entry that is durable. */
import { systemClock } from '#agent/clock.ts'
import { openLedger } from '#agent/io/ledger.ts'
import { createLog } from '#agent/io/log.ts'
import { bootId, hashBytes, itemId, ledgerId, newId, occurrenceId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'

const [stateDir = '', id = ''] = process.argv.slice(2)
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const newUuid = (): string => newId(systemClock.now())
const ledger = await openLedger({
  stateDir,
  firstLedgerId: ledgerId.parse(id),
  clock: systemClock,
  context: () => ({
    bootId: bootId.parse('11111111-1111-4111-8111-111111111111'),
    clock: 'trusted',
    targetRevision: 1,
  }),
  log: createLog({ clock: systemClock, level: 'error', format: 'text', write: print }),
  onEntry: () => {},
})
print(`from ${ledger.head.seq}`)
for (;;) {
  // Several at once now and then, so that groups are torn too.
  await Promise.all(
    Array.from({ length: 1 + (ledger.head.seq % 5) }, async () => {
      const entry = await ledger.append({
        type: 'missed',
        occurrenceId: occurrenceId.parse(`${newUuid()}@20260302T223000Z`),
        itemId: itemId.parse(newUuid()),
        clip: hashBytes(newUuid()),
        language: 'vi',
        plannedStartAt: instantMs.parse(0),
        reason: 'muted',
      })
      print(`durable ${entry.seq}`)
    }),
  )
}

import { expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { openLedger } from '#agent/io/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { isEntry, launch, planTones } from './agent.fixture.ts'
import { fact, makeFolder, makeLog, someBoot } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

/** Three weeks of a busy commune: some 40 plays a day, each with its beginning and its end, and as many misses. */
const ENTRIES = 2_500

it('delivers weeks of entries in order and bit by bit when it comes back, and plays on meanwhile', async () => {
  const [server, stateDir] = [await startServerDouble(), await makeFolder()]
  const ledger = await openLedger({
    stateDir,
    firstLedgerId: server.identity.ledgerId,
    clock: systemClock,
    context: () => ({ bootId: someBoot, clock: 'unconfirmed', targetRevision: 1 }),
    log: makeLog().log,
    onEntry: () => {},
  })
  await Promise.all(Array.from({ length: ENTRIES }, (_, number) => ledger.append(fact(number))))
  await ledger.close()

  await launch(server, stateDir)
  await server.plan([planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 3_000 }])])
  await server.states.find(({ playing }) => playing !== null)
  const end = await server.entries.find(isEntry('play-ended'))
  expect(end).toMatchObject({ outcome: 'played', heardMs: 3_000 })
  const seqs = server.entries.all.map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  expect(server.entries.all.filter(isEntry('missed')).length).toBe(ENTRIES)
  const batches = server.batches.all
  expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(limits.maxLedgerBatchBytes)
  expect(Math.max(...batches.map(({ entries }) => entries))).toBeLessThanOrEqual(limits.maxLedgerEntriesPerBatch)
  // Never faster than one batch after each pause, whatever the link and the server could take.
  const gaps = batches.slice(1).map(({ atMs }, index) => atMs - (batches[index]?.atMs ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThan(200)
})

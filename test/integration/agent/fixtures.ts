import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { createLog, type Log } from '#agent/io/log.ts'
import { type BootId, bootId, hashBytes, itemId, newId, occurrenceId } from '#protocol/ids.ts'
import type { LedgerFact } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'

/** A folder that is gone after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'loaxa-agent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A log whose lines a test can look at. */
export function makeLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const log = createLog({ clock: systemClock, level: 'debug', format: 'text', write: (line) => void lines.push(line) })
  return { log, lines }
}

export const someBoot: BootId = bootId.parse('11111111-1111-4111-8111-111111111111')
export const id = (): string => newId(systemClock.now())

/** Some fact, told apart by its number. */
export const fact = (number: number): LedgerFact => ({
  type: 'missed',
  occurrenceId: occurrenceId.parse(`${id()}@20260302T223000Z`),
  itemId: itemId.parse(id()),
  clip: hashBytes(String(number)),
  language: 'vi',
  plannedStartAt: instantMs.parse(number),
  reason: 'muted',
})

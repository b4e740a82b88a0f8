import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConsoleEvents } from '#server/console-events.ts'
import { type After, createPresenceBook } from '#server/devices/presence/book.ts'
import { applyState, LONGEST_FLUSH_DELAY_MS } from '#server/devices/presence/rules.ts'
import { createTestClock } from '../../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type EnrolledDevice, enrolDevice, makeCommuneRow } from '../../support/enrolled-device.ts'
import { recordSecurity } from '../../support/security.ts'

const clock = createTestClock()
let db: TestDatabase
let device: EnrolledDevice

beforeAll(async () => {
  db = await createTestDatabase()
  device = await enrolDevice(db, clock, await makeCommuneRow(db, clock))
})
afterAll(() => db.close())

/** Timers that run when the test says so; `next` resolves with the one that is set next (or was already). */
function createTimers() {
  const waiting: { delayMs: number; run: () => void }[] = []
  let tell = (): void => {}
  const after: After = (delayMs, run) => {
    const timer = { delayMs, run }
    waiting.push(timer)
    tell()
    return () => void waiting.splice(waiting.indexOf(timer), 1)
  }
  const next = async (): Promise<{ delayMs: number; run: () => void }> => {
    const timer = waiting.shift()
    if (timer !== undefined) return timer
    await new Promise<void>((resolve) => {
      tell = resolve
    })
    return next()
  }
  return { after, next }
}

it('waits longer and longer while the database cannot be written, loses nothing, and is quick again afterwards', async () => {
  const { after, next } = createTimers()
  const log = pino({ level: 'silent' })
  const book = createPresenceBook({
    db,
    clock,
    log,
    security: recordSecurity(),
    events: createConsoleEvents(),
    flushDelayMs: 2_000,
    after,
  })
  const hear = (volumePercent: number) =>
    book.update(device.id, undefined, (known) => applyState(known, device.state({ volumePercent }), clock.now()))
  await hear(10)
  await db.asOwner('ALTER TABLE device_presence RENAME TO away')
  const waitedMs: number[] = []
  for (let round = 0; round < 6; round++) {
    const timer = await next()
    waitedMs.push(timer.delayMs)
    timer.run()
  }
  expect(waitedMs).toEqual([2_000, 4_000, 8_000, 16_000, LONGEST_FLUSH_DELAY_MS, LONGEST_FLUSH_DELAY_MS])
  // The last of these has failed when the next one is set.
  const retry = await next()
  await db.asOwner('ALTER TABLE away RENAME TO device_presence')
  retry.run()
  await book.flush()
  const row = await db.prisma.devicePresence.findUniqueOrThrow({ where: { deviceId: device.id } })
  expect(row.state).toMatchObject({ volumePercent: 10 })
  await hear(20)
  expect((await next()).delayMs).toBe(2_000)
  await book.close()
})

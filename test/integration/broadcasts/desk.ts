import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { makeServices, type Services } from './services.ts'
import { createTestClock, createWorld, type TestClock, type World } from './world.ts'

/** What the tests of a file work with: one database for all of them, and the same morning, anew, for each. */
export interface Desk {
  readonly clock: TestClock
  readonly db: TestDatabase
  readonly world: World
  readonly services: Services
}

const MORNING = '2026-11-24T00:00:00Z'

/** To be called at the top of a file. What it gives is there from `beforeEach` on. */
export function useDesk(): Desk {
  const clock = createTestClock(MORNING)
  let db: TestDatabase | undefined
  let made: Pick<Desk, 'world' | 'services'> | undefined
  beforeAll(async () => {
    db = await createTestDatabase()
  })
  afterAll(() => db?.close())
  const there = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('nothing is there before the tests begin')
    return one
  }
  beforeEach(() => {
    clock.set(MORNING)
    made = { world: createWorld(there(db), clock), services: makeServices(there(db), clock) }
  })
  return {
    clock,
    get db() {
      return there(db)
    },
    get world() {
      return there(made).world
    },
    get services() {
      return there(made).services
    },
  }
}

/** Daily from this morning on, at 08:00 local (01:00 UTC), for all of the area. */
export const planFor = (
  of: Pick<NewBroadcast, 'programmeId' | 'areaId'>,
  change: Partial<NewBroadcast> = {},
): NewBroadcast => ({
  priority: 'normal',
  rule: 'FREQ=DAILY',
  firstDate: '2026-11-24',
  localTimes: ['08:00'],
  lastDate: null,
  extraDates: [],
  exceptDates: [],
  ...of,
  ...change,
})

import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Action, Actor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { Problem } from '#server/http/problem.ts'
import {
  findHoliday,
  findSameSuspension,
  findSuspension,
  type HolidayRow,
  insertHoliday,
  insertSuspension,
  liftSuspension,
  listHolidays,
  listSuspensions,
  removeHoliday,
  type SuspensionRow,
} from './calendar-store.ts'
import { type AreaRow, type Db, findArea } from './store.ts'

export interface CalendarDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
}

/** Days of an area's own calendar, and times in which nothing planned sounds there. */
export type CalendarService = ReturnType<typeof createCalendarService>

const MAX_HOLIDAY_DAYS = 60
/** An exam week, national mourning, a typhoon; not a way to switch a commune off. */
const MAX_SUSPENDED_DAYS = 100
const SUSPENSIONS_SHOWN = 100

const holidayRecord = ({ name, firstDate, lastDate }: HolidayRow) => ({ name, firstDate, lastDate })

export function createCalendarService(deps: CalendarDeps) {
  const { db, clock, log, events, plan, audit } = deps

  async function findKnown(tx: Db, actor: Actor, areaId: string, action: Action): Promise<AreaRow> {
    const area = await findArea(tx, areaId)
    if (area === null) throw new Problem('not-found')
    assertMay(actor, action, area.path)
    return area
  }

  /**
   * Changes what airs in an area and below: what has begun is frozen first and stays. `work` gives what it did, or
   * undefined when there was nothing to do.
   */
  async function act<T>(
    actor: Actor,
    work: (tx: Db, note: TakeNote, now: InstantMs) => Promise<{ areaPath: readonly string[]; done: T } | undefined>,
  ): Promise<T | undefined> {
    let frozen: readonly FrozenOccurrence[] = []
    const changed = await audit.act(
      actor,
      async (tx, note) => {
        const now = clock.now()
        frozen = await freezeDueOccurrences(tx, now)
        const result = await work(tx, note, now)
        if (result === undefined) note.unchanged()
        return result
      },
      planTransaction,
    )
    announceFrozen(events, frozen)
    if (changed === undefined) return undefined
    const { areaPath, done } = changed
    const id = areaPath.at(-1)
    if (id !== undefined) {
      events.publish({ kind: 'areas', areaPath, id })
      // Told below too: what does not sound there is of interest there.
      events.publish({ kind: 'occurrences', areaPath })
      plan.areaChanged(id)
    }
    return done
  }

  /** It was made in this transaction, or there is nothing to say. */
  function made<T>(done: T | undefined): T {
    if (done === undefined) throw new Error('making something changes something')
    return done
  }

  return {
    /** The area's own holidays of a year, with those of the areas above. */
    async holidays(actor: Actor, areaId: string, year: number): Promise<HolidayRow[]> {
      const { path } = await findKnown(db.prisma, actor, areaId, 'areas.read')
      return listHolidays(db.prisma, path, `${year}-01-01`, `${year}-12-31`)
    },

    /** @throws Problem `holiday-too-long`; `not-found` and `not-allowed` by the actor's rights. */
    async addHoliday(
      actor: Actor,
      areaId: string,
      input: { name: string; firstDate: string; lastDate: string },
    ): Promise<HolidayRow> {
      if (input.lastDate >= addDays(input.firstDate, MAX_HOLIDAY_DAYS)) {
        throw new Problem('holiday-too-long', { days: MAX_HOLIDAY_DAYS })
      }
      await findKnown(db.prisma, actor, areaId, 'areas.rules')
      const done = await act(actor, async (tx, note, now) => {
        const { path: areaPath } = await findKnown(tx, actor, areaId, 'areas.rules')
        const row = { ...input, id: newId(now), areaId, createdById: actor.accountId, createdAt: toDate(now) }
        const holiday = await insertHoliday(tx, row)
        const subject = { type: 'holiday', id: holiday.id }
        note({ action: 'area.holiday-added', areaPath, subject, after: holidayRecord(holiday) })
        return { areaPath, done: holiday }
      })
      return made(done)
    },

    /** Out of the calendar; what broadcasts skipped because of it before stays skipped. */
    async removeHoliday(actor: Actor, id: string): Promise<void> {
      const there = await findHoliday(db.prisma, id)
      if (there === null) throw new Problem('not-found')
      assertMay(actor, 'areas.rules', there.area.path)
      await act(actor, async (tx, note, now) => {
        const holiday = await findHoliday(tx, id)
        if (holiday === null || holiday.removedAt !== null) return undefined
        await removeHoliday(tx, holiday, toDate(now))
        const areaPath = holiday.area.path
        const subject = { type: 'holiday', id }
        note({ action: 'area.holiday-removed', areaPath, subject, before: holidayRecord(holiday), after: null })
        return { areaPath, done: holiday }
      })
    },

    /** Of the area and of those above, the newest 100. */
    async suspensions(actor: Actor, areaId: string): Promise<SuspensionRow[]> {
      const { path } = await findKnown(db.prisma, actor, areaId, 'areas.read')
      return listSuspensions(db.prisma, path, SUSPENSIONS_SHOWN)
    },

    /**
     * From now, or from a day on, to the end of the last day nothing planned sounds in the area and below; emergencies
     * do. What is on the air is cut off by the devices, as soon as they hold the new target.
     *
     * @throws Problem `suspension-over`, `suspension-too-long`, `suspension-already`; `not-found` and `not-allowed` by the actor's rights.
     */
    async suspend(
      actor: Actor,
      areaId: string,
      input: { firstDate: string | null; lastDate: string; reason: string },
    ): Promise<SuspensionRow> {
      await findKnown(db.prisma, actor, areaId, 'areas.rules')
      const done = await act(actor, async (tx, note, now) => {
        const { path: areaPath, timeZone } = await findKnown(tx, actor, areaId, 'areas.rules')
        const today = localDateOf(now, timeZone)
        const firstDate = input.firstDate === null || input.firstDate < today ? today : input.firstDate
        if (input.lastDate < today) throw new Problem('suspension-over')
        if (input.lastDate >= addDays(firstDate, MAX_SUSPENDED_DAYS)) {
          throw new Problem('suspension-too-long', { days: MAX_SUSPENDED_DAYS })
        }
        const row = {
          id: newId(now),
          areaId,
          reason: input.reason,
          startsAt: toDate(firstDate === today ? now : startOfLocalDay(firstDate, timeZone)),
          endsAt: toDate(startOfLocalDay(addDays(input.lastDate, 1), timeZone)),
          createdById: actor.accountId,
          createdAt: toDate(now),
        }
        if ((await findSameSuspension(tx, row)) !== null) throw new Problem('suspension-already')
        const suspension = await insertSuspension(tx, row)
        const { id, reason, startsAt, endsAt } = suspension
        const subject = { type: 'suspension', id }
        note({ action: 'area.suspended', areaPath, subject, after: { areaId, reason, startsAt, endsAt } })
        return { areaPath, done: suspension }
      })
      const suspension = made(done)
      log.warn(
        { event: 'area-suspended', areaId, by: actor.accountId },
        'nothing planned sounds in an area for a while',
      )
      return suspension
    },

    /** Ends a suspension, or takes it back before it begins. Safe to repeat, and nothing once it is over. */
    async lift(actor: Actor, id: string): Promise<SuspensionRow> {
      const there = await findSuspension(db.prisma, id)
      if (there === null) throw new Problem('not-found')
      assertMay(actor, 'areas.rules', there.area.path)
      const done = await act(actor, async (tx, note, now) => {
        const before = await findSuspension(tx, id)
        if (before === null || before.liftedAt !== null || before.endsAt <= toDate(now)) return undefined
        const lifted = await liftSuspension(tx, id, { accountId: actor.accountId, at: toDate(now) })
        const areaPath = lifted.area.path
        const [reason, liftedAt] = [lifted.reason, lifted.liftedAt]
        note({
          action: 'area.suspension-lifted',
          areaPath,
          subject: { type: 'suspension', id },
          before: { liftedAt: null },
          after: { reason, liftedAt },
        })
        return { areaPath, done: lifted }
      })
      return done ?? there
    },
  }
}

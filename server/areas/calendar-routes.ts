import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Clock, toDate } from '#server/clock.ts'
import { idParams } from '#server/http/schemas.ts'
import { lunarYears, publicHolidaysOf } from '#server/planning/public-holidays.ts'
import {
  areaHoliday,
  calendarQuery,
  holidayCalendar,
  newAreaHoliday,
  newSuspension,
  suspension,
} from './calendar-schemas.ts'
import type { CalendarService } from './calendar-service.ts'
import type { HolidayRow, SuspensionRow } from './calendar-store.ts'

const presentHoliday = ({ id, area, name, firstDate, lastDate }: HolidayRow) => ({
  ...{ id, name, firstDate, lastDate },
  area: { id: area.id, name: area.name },
})

export function presentSuspension(row: SuspensionRow, now: Date): z.input<typeof suspension> {
  const { id, area, reason, startsAt, endsAt, liftedAt } = row
  const state =
    liftedAt !== null ? 'lifted' : endsAt <= now ? 'over' : startsAt > now ? ('planned' as const) : 'in-force'
  return {
    id,
    area: { id: area.id, name: area.name },
    reason,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    liftedAt: liftedAt?.toISOString() ?? null,
    state,
  }
}

export function calendarRoutes(deps: { calendar: CalendarService; clock: Clock }): FastifyPluginAsyncZod {
  const { calendar, clock } = deps
  const tags = ['areas']
  const now = (): Date => toDate(clock.now())
  return async (app) => {
    app.get(
      '/areas/:id/holidays',
      {
        config: { action: 'areas.read' },
        schema: {
          tags,
          summary: 'The holidays of a year: the public ones, and those of the area and the areas above',
          params: idParams,
          querystring: calendarQuery,
          response: { 200: holidayCalendar },
        },
      },
      async (request) => {
        const { year } = request.query
        const own = await calendar.holidays(request.actor, request.params.id, year)
        return {
          year,
          isLunarKnown: year >= lunarYears.first && year <= lunarYears.last,
          publicHolidays: publicHolidaysOf(year),
          own: own.map(presentHoliday),
        }
      },
    )
    app.post(
      '/areas/:id/holidays',
      {
        config: { action: 'areas.rules' },
        schema: {
          tags,
          summary: 'Add days on which broadcasts that skip holidays do not air in the area and below',
          params: idParams,
          body: newAreaHoliday,
          response: { 201: areaHoliday },
        },
      },
      async (request, reply) => {
        const holiday = await calendar.addHoliday(request.actor, request.params.id, request.body)
        return reply.code(201).send(presentHoliday(holiday))
      },
    )
    app.delete(
      '/area-holidays/:id',
      {
        config: { action: 'areas.rules' },
        schema: { tags, summary: 'Take days out of an area’s calendar', params: idParams, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await calendar.removeHoliday(request.actor, request.params.id)
        return reply.code(204).send(null)
      },
    )
    app.get(
      '/areas/:id/suspensions',
      {
        config: { action: 'areas.read' },
        schema: {
          tags,
          summary: 'When nothing planned sounds here, by this area or one above, and why; newest first',
          params: idParams,
          response: { 200: z.array(suspension) },
        },
      },
      async (request) => {
        const rows = await calendar.suspensions(request.actor, request.params.id)
        return rows.map((row) => presentSuspension(row, now()))
      },
    )
    app.post(
      '/areas/:id/suspensions',
      {
        config: { action: 'areas.rules' },
        schema: {
          tags,
          summary: 'Let nothing planned sound in an area and below for some days; emergencies do',
          params: idParams,
          body: newSuspension,
          response: { 201: suspension },
        },
      },
      async (request, reply) => {
        const made = await calendar.suspend(request.actor, request.params.id, request.body)
        return reply.code(201).send(presentSuspension(made, now()))
      },
    )
    app.post(
      '/suspensions/:id/lift',
      {
        config: { action: 'areas.rules' },
        schema: {
          tags,
          summary: 'End a suspension, or take it back',
          params: idParams,
          response: { 200: suspension },
        },
      },
      async (request) => presentSuspension(await calendar.lift(request.actor, request.params.id), now()),
    )
  }
}

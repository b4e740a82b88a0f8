import { z } from 'zod'
import { id, instant, localDate } from '#server/http/schemas.ts'

const areaRef = z.object({ id, name: z.string() })
const inOrder = { error: 'The last day lies before the first one', path: ['lastDate'] }

export const areaHoliday = z
  .object({
    id,
    area: areaRef.describe('Whose day it is: the area’s own, or of one above'),
    name: z.string(),
    firstDate: localDate,
    lastDate: localDate.describe('Inclusive'),
  })
  .meta({ id: 'AreaHoliday' })
export const holidayCalendar = z
  .object({
    year: z.number().int(),
    isLunarKnown: z.boolean().describe('False: Tết and the Hung Kings’ day of this year are not known yet'),
    publicHolidays: z.array(z.object({ date: localDate, name: z.object({ vi: z.string(), en: z.string() }) })),
    own: z.array(areaHoliday).describe('Of this area and of those above, by date'),
  })
  .meta({ id: 'HolidayCalendar' })
export const calendarQuery = z.object({ year: z.coerce.number().int().min(2000).max(2099) })
export const newAreaHoliday = z
  .object({ name: z.string().trim().min(1).max(120), firstDate: localDate, lastDate: localDate.describe('Inclusive') })
  .refine(({ firstDate, lastDate }) => firstDate <= lastDate, inOrder)

export const suspension = z
  .object({
    id,
    area: areaRef.describe('Where it was set: here, or in an area above'),
    reason: z.string(),
    startsAt: instant,
    endsAt: instant,
    liftedAt: instant.nullable(),
    state: z.enum(['planned', 'in-force', 'over', 'lifted']),
  })
  .meta({ id: 'Suspension' })
export const newSuspension = z
  .object({
    firstDate: localDate.nullable().default(null).describe('Null, or today: from now on'),
    lastDate: localDate.describe('Inclusive'),
    reason: z.string().trim().min(1).max(300),
  })
  .refine(({ firstDate, lastDate }) => firstDate === null || firstDate <= lastDate, inOrder)

import { parseDate, parseTime } from '../../time/typed.ts'
import { toInstant, toLocal } from '../../time/zone.ts'

/** The fields of "Thêm lịch phát", as typed. */
export interface PlanFields {
  what: string
  timing: 'once' | 'daily' | 'now'
  date: string
  time: string
  lastDate: string
  areaId: string
  priority: 'priority' | 'normal' | 'filler'
}

/** So long from the press of the button to the sound: the target must reach every device, and its clips too. */
export const leadMs = 20_000

export interface When {
  readonly startMs: number
  readonly firstDate: string
  readonly localTimes: string[]
  readonly lastDate: string | null
  /** RRULE of RFC 5545 over days; null: once. */
  readonly rule: string | null
}
export type Mistake = 'add.badDate' | 'add.badTime' | 'add.past'
export type Reading =
  | { readonly ok: true; readonly when: When }
  | { readonly ok: false; readonly date?: Mistake; readonly time?: Mistake; readonly lastDate?: Mistake }

/** Makes sense of what was typed, in the area's zone. A daily one may begin tomorrow when today's time has passed. */
export function readWhen(fields: PlanFields, nowMs: number, timeZone: string): Reading {
  if (fields.timing === 'now') {
    const startMs = Math.ceil((nowMs + leadMs) / 1000) * 1000
    const { date, time } = toLocal(startMs, timeZone)
    return { ok: true, when: { startMs, firstDate: date, localTimes: [time], lastDate: null, rule: null } }
  }
  const today = toLocal(nowMs, timeZone).date
  const date = parseDate(fields.date, today)
  const time = parseTime(fields.time)
  const isEndless = fields.timing === 'once' || fields.lastDate.trim() === ''
  const lastDate = isEndless ? null : parseDate(fields.lastDate, today)
  const isBadEnd = lastDate === undefined || (lastDate !== null && date !== undefined && lastDate < date)
  if (date === undefined || time === undefined || isBadEnd) {
    return {
      ok: false,
      ...(date === undefined ? { date: 'add.badDate' as const } : {}),
      ...(time === undefined ? { time: 'add.badTime' as const } : {}),
      ...(isBadEnd ? { lastDate: 'add.badDate' as const } : {}),
    }
  }
  const startMs = toInstant(date, time, timeZone)
  if (date < today) return { ok: false, date: 'add.past' }
  if (fields.timing === 'once' && startMs <= nowMs) return { ok: false, time: 'add.past' }
  return {
    ok: true,
    when: {
      startMs,
      firstDate: date,
      localTimes: [time],
      lastDate,
      rule: fields.timing === 'daily' ? 'FREQ=DAILY' : null,
    },
  }
}

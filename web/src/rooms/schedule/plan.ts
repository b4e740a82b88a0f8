import type { Broadcast, Occurrence } from '../../api/types.ts'
import { parseDate, parseTime, writeDate } from '../../time/typed.ts'
import { toInstant, toLocal } from '../../time/zone.ts'
import { type Repeat, readRule, ruleOf } from './recurrence.ts'

export interface Target {
  readonly kind: 'area' | 'group' | 'device'
  readonly id: string
  readonly name: string
}

/** The fields of "Thêm lịch phát", as typed. */
export interface PlanFields {
  what: string
  timing: Repeat | 'now'
  /** 1 Monday … 7 Sunday, of a weekly one. */
  days: number[]
  /** The rule as it was, where the form has no words for it. */
  keptRule: string | null
  date: string
  /** One or several: `5h, 17h30`. */
  time: string
  lastDate: string
  skipHolidays: boolean
  areaId: string
  reach: 'all' | 'only' | 'except'
  targets: Target[]
  priority: 'priority' | 'normal' | 'filler'
  languageMode: Broadcast['languageMode']
  lateStart: Broadcast['lateStart']
  placement: Broadcast['placement']
  onConflict: Broadcast['onConflict']
}

/** How it airs when nobody says anything else; as the server has it. */
export const usualManner = {
  languageMode: 'first',
  lateStart: 'join',
  placement: 'fixed',
  onConflict: 'follow',
} as const satisfies Partial<PlanFields>
export type Manner = keyof typeof usualManner

/** What of it is not as usual: said, whether the settings are open or not. */
export const unusualOf = (form: Pick<PlanFields, Manner>): Manner[] =>
  (['placement', 'onConflict', 'lateStart', 'languageMode'] as const).filter((name) => form[name] !== usualManner[name])

/** Only a province's priority broadcasts look for a free time of their own. */
export const mayQueue = (form: Pick<PlanFields, 'priority'>, areaKind: string | undefined): boolean =>
  areaKind === 'province' && form.priority === 'priority'

/** How the API says how it airs. */
export function mannerOf(form: Pick<PlanFields, Manner | 'priority'>, areaKind: string | undefined) {
  const { languageMode, lateStart, onConflict } = form
  return {
    languageMode,
    lateStart,
    onConflict,
    placement: mayQueue(form, areaKind) ? form.placement : ('fixed' as const),
  }
}

/** So long from the press of the button to the sound: the target must reach every device, and its clips too. */
export const leadMs = 20_000

export interface When {
  /** The first of the first day. */
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

/** `5h, 17h30`, `5:00 và 17:30` → in the order of the day; undefined when one of them cannot be meant. */
export function parseTimes(text: string): string[] | undefined {
  const times = text
    .split(/[,;]|\s+và\s+|\s+and\s+/i)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    // With seconds only what "Phát ngay" planned.
    .map((one) => (/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(one) ? one : parseTime(one)))
  const known = times.flatMap((time) => time ?? [])
  return known.length > 0 && known.length === times.length ? [...new Set(known)].sort() : undefined
}

/** Makes sense of what was typed, in the area's zone. A repeated one may begin tomorrow when today's time has passed. */
export function readWhen(
  fields: Pick<PlanFields, 'timing' | 'days' | 'keptRule' | 'date' | 'time' | 'lastDate'>,
  nowMs: number,
  timeZone: string,
  { mayHaveBegun = false }: { mayHaveBegun?: boolean } = {},
): Reading {
  if (fields.timing === 'now') {
    const startMs = Math.ceil((nowMs + leadMs) / 1000) * 1000
    const { date, time } = toLocal(startMs, timeZone)
    return { ok: true, when: { startMs, firstDate: date, localTimes: [time], lastDate: null, rule: null } }
  }
  const today = toLocal(nowMs, timeZone).date
  const date = parseDate(fields.date, today)
  const localTimes = parseTimes(fields.time)
  const isEndless = fields.timing === 'once' || fields.lastDate.trim() === ''
  const lastDate = isEndless ? null : parseDate(fields.lastDate, today)
  const isBadEnd = lastDate === undefined || (lastDate !== null && date !== undefined && lastDate < date)
  const [time] = localTimes ?? []
  if (date === undefined || localTimes === undefined || time === undefined || isBadEnd) {
    return {
      ok: false,
      ...(date === undefined ? { date: 'add.badDate' as const } : {}),
      ...(time === undefined ? { time: 'add.badTime' as const } : {}),
      ...(isBadEnd ? { lastDate: 'add.badDate' as const } : {}),
    }
  }
  const startMs = toInstant(date, time, timeZone)
  if (date < today && !(mayHaveBegun && fields.timing !== 'once')) return { ok: false, date: 'add.past' }
  if (fields.timing === 'once' && startMs <= nowMs) return { ok: false, time: 'add.past' }
  const rule = ruleOf(fields.timing, fields.days, date, fields.keptRule)
  return { ok: true, when: { startMs, firstDate: date, localTimes, lastDate, rule } }
}

/** How the API says who hears it. None: all of the area. */
export function targetsOf({ reach, targets }: Pick<PlanFields, 'reach' | 'targets'>) {
  if (reach === 'all') return []
  return targets.map(({ kind, id }) => ({ kind, id, isExcluded: reach === 'except' }))
}

/** `17:30:00` → `17:30` */
export const shortTime = (time: string): string => time.replace(/^(\d\d:\d\d):00$/, '$1')

/** A series that is changed: from `occurrence` on, or as a whole. */
export interface Edit {
  readonly broadcast: Broadcast
  readonly occurrence: Occurrence
  readonly scope: 'following' | 'all'
}

const firstDateOf = ({ broadcast, occurrence, scope }: Edit, timeZone: string): string =>
  scope === 'all'
    ? broadcast.firstDate
    : toLocal(Date.parse(occurrence.movedFromAt ?? occurrence.startAt), timeZone).date

/** What the changed series was before, as the API is told to take it back. */
export function formerPlan(edit: Edit, timeZone: string) {
  const { priority, rule, localTimes, lastDate, targets, skipHolidays } = edit.broadcast
  const { languageMode, lateStart, placement, onConflict } = edit.broadcast
  const manner = { languageMode, lateStart, placement, onConflict }
  const firstDate = firstDateOf(edit, timeZone)
  return { priority, rule, localTimes, lastDate, targets, skipHolidays, firstDate, ...manner }
}

/** The form of a series that is changed. */
export function fieldsOf(edit: Edit, timeZone: string): PlanFields {
  const { broadcast } = edit
  const { repeat, days } = readRule(broadcast.rule)
  const isExcept = broadcast.targets.some(({ isExcluded }) => isExcluded)
  return {
    what: '',
    timing: repeat,
    days,
    keptRule: repeat === 'kept' ? broadcast.rule : null,
    date: writeDate(firstDateOf(edit, timeZone)),
    time: broadcast.localTimes.map(shortTime).join(', '),
    lastDate: broadcast.lastDate === null ? '' : writeDate(broadcast.lastDate),
    skipHolidays: broadcast.skipHolidays,
    areaId: broadcast.areaId,
    reach: broadcast.targets.length === 0 ? 'all' : isExcept ? 'except' : 'only',
    targets: broadcast.targets.map(({ kind, id }) => ({ kind, id, name: '' })),
    priority: broadcast.priority,
    languageMode: broadcast.languageMode,
    lateStart: broadcast.lateStart,
    placement: broadcast.placement,
    onConflict: broadcast.onConflict,
  }
}

/** The empty form. */
export const emptyFields = (today: string): PlanFields => ({
  ...usualManner,
  what: '',
  timing: 'once',
  days: [],
  keptRule: null,
  date: writeDate(today),
  time: '',
  lastDate: '',
  skipHolidays: false,
  areaId: '',
  reach: 'all',
  targets: [],
  priority: 'normal',
})

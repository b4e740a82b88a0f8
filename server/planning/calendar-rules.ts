import { Temporal } from 'temporal-polyfill'
import { occurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { addDays, addMs, localDateOf, ruleDates, startsWithin } from '#server/broadcasts/recurrence-rules.ts'
import { formatRule, parseRule, withoutImplied } from '#server/broadcasts/rrule-rules.ts'
import {
  airingNamed,
  endOfSeries,
  type OccurrenceEdit,
  type PlannedBroadcast,
  plannedDurationMs,
} from '#server/broadcasts/rules.ts'

/**
 * Broadcasts as a calendar (iCalendar, RFC 5545): one event for each time of the day of a broadcast, with its recurrence,
 * and one for each occurrence that is not as its series, or will really sound at another time than planned. What began
 * under a former timing stands in reports, not here.
 */

export interface CalendarBroadcast extends PlannedBroadcast {
  readonly areaName: string
  /** Grows with every edit of the series or one of its occurrences. */
  readonly revision: number
  readonly editedAt: InstantMs
}

const FAR_DAYS = 3_000
const MAX_OCTETS = 75

/** When an occurrence first sounds in the area; null: nowhere there. */
export type RealStarts = ReadonlyMap<string, InstantMs | null>

/** `real`: by occurrence, where it will not be as planned; what it does not name stands as it is planned. */
export function writeCalendar(
  broadcasts: readonly CalendarBroadcast[],
  name: string,
  real: RealStarts = new Map(),
): string {
  const zones = new Map<string, string>()
  for (const { timeZone, firstDate } of broadcasts) {
    const former = zones.get(timeZone)
    if (former === undefined || firstDate < former) zones.set(timeZone, firstDate)
  }
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Loa Xa//loaxa//VI',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    ...[...zones].flatMap(([zone, firstDate]) => zoneLines(zone, firstDate)),
    ...broadcasts
      .map(withStruckOut)
      .flatMap((one) => one.localTimes.flatMap((localTime) => eventsOf(one, localTime, real))),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${foldLine(line)}\r\n`).join('')
}

/** RFC 5545 §3.3.11 */
const escapeText = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\r|\n/g, '\\n')

/** No line longer than 75 octets, and no character cut in two (§3.1). */
function foldLine(line: string): string {
  const folded: string[] = []
  let [piece, octets] = ['', 0]
  for (const sign of line) {
    const own = Buffer.byteLength(sign)
    if (octets + own > MAX_OCTETS) {
      folded.push(piece)
      // The space that continues a line counts.
      ;[piece, octets] = ['', 1]
    }
    piece += sign
    octets += own
  }
  return [...folded, piece].join('\r\n ')
}

const basic = (date: string, time: string): string => `${date}T${time}`.replaceAll(/[-:]/g, '')
const utc = (at: InstantMs): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')

function localOf(at: InstantMs, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  return basic(local.toPlainDate().toString(), local.toPlainTime().toString({ smallestUnit: 'second' }))
}

function startOf(broadcast: CalendarBroadcast, date: string, localTime: string): InstantMs {
  const local = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(localTime))
  return instantMs.parse(local.toZonedDateTime(broadcast.timeZone).epochMilliseconds)
}

/** What was cancelled with the end of its series is named for so long after it. */
const STRUCK_OUT_MS = 14 * 86_400_000

/**
 * A series that was ended by "this and all that follow" goes on for some days, each of them cancelled: people see what they
 * had in their calendars struck out, as they see it in the week. Where nothing of it is left, all of it is cancelled.
 */
function withStruckOut(broadcast: CalendarBroadcast): CalendarBroadcast {
  const endsAt = endOfSeries(broadcast)
  if (endsAt === null || broadcast.cancelledAt !== null) return broadcast
  if (startsWithin(broadcast, { from: instantMs.parse(0), to: endsAt }).length === 0) return broadcast
  const until = addMs(endsAt, STRUCK_OUT_MS)
  const struckOut = startsWithin(broadcast, { from: endsAt, to: until }).map(
    (originalStartAt): OccurrenceEdit => ({ originalStartAt, isCancelled: true, movedStartAt: null, programme: null }),
  )
  const before = broadcast.edits.filter(({ originalStartAt }) => originalStartAt < endsAt)
  return { ...broadcast, continuedAt: until, edits: [...before, ...struckOut] }
}

/** The last day on which this time of the day may still air; null: without end. */
function lastDayOf(broadcast: CalendarBroadcast, localTime: string): string | null {
  const stops = [broadcast.continuedAt, broadcast.cancelledAt].flatMap((at) => {
    if (at === null) return []
    const date = localDateOf(at, broadcast.timeZone)
    return startOf(broadcast, date, localTime) < at ? [date] : [addDays(date, -1)]
  })
  const ends = [...stops, ...(broadcast.lastDate === null ? [] : [broadcast.lastDate])]
  return ends.reduce<string | null>((first, one) => (first === null || one < first ? one : first), null)
}

function eventsOf(broadcast: CalendarBroadcast, localTime: string, real: RealStarts): string[] {
  const { rule, firstDate, timeZone, id } = broadcast
  const uid = `${id}-${localTime.replaceAll(':', '')}@loaxa`
  const last = lastDayOf(broadcast, localTime)
  const horizon = addDays(firstDate, FAR_DAYS)
  const [named] = ruleDates(broadcast, firstDate, last !== null && last < horizon ? last : horizon)
  const isNamed = (date: string): boolean =>
    named !== undefined && (last === null || date <= last) && ruleDates(broadcast, date, date).length > 0
  const stops = [broadcast.continuedAt, broadcast.cancelledAt].flatMap((at) => at ?? [])
  const extra = broadcast.extraDates
    .filter((date) => !isNamed(date))
    .filter((date) => stops.every((at) => startOf(broadcast, date, localTime) < at))
  const first = named ?? extra[0]
  const stated = { summary: broadcast.title, durationMs: plannedDurationMs(broadcast) }
  const zoned = (property: string, dates: readonly string[]): string[] =>
    dates.length === 0 ? [] : [`${property};TZID=${timeZone}:${dates.map((date) => basic(date, localTime)).join()}`]
  if (first === undefined) {
    // Nothing of it airs (any more): the event stays, so that calendars that have it strike it out.
    return eventLines(broadcast, uid, [...zoned('DTSTART', [firstDate]), 'STATUS:CANCELLED'], stated)
  }
  const left = [...new Set([...broadcast.exceptDates, ...broadcast.skippedDates])]
    .filter((date) => extra.includes(date) || (date >= first && isNamed(date)))
    .sort()
  const recurs = rule === null || named === undefined ? [] : [`RRULE:${untilLast(broadcast, rule, localTime, last)}`]
  const more = extra.filter((date) => date !== first)
  const series = [
    ...zoned('DTSTART', [first]),
    ...recurs,
    ...zoned('RDATE', more),
    ...zoned('EXDATE', left),
    'STATUS:CONFIRMED',
  ]
  const single = editsOf(broadcast, real).flatMap((edit) => editLines(broadcast, uid, localTime, edit, real))
  return [...eventLines(broadcast, uid, series, stated), ...single]
}

/** COUNT and UNTIL never stand together, and UNTIL is an instant where DTSTART has a zone (§3.3.10). */
function untilLast(broadcast: CalendarBroadcast, rule: string, localTime: string, last: string | null): string {
  const parsed = parseRule(rule)
  if ('code' in parsed) throw new Error(`a stored recurrence rule cannot be read: ${rule}`)
  const parts = withoutImplied(parsed, broadcast.firstDate)
  const end = parts.until !== null && (last === null || parts.until < last) ? parts.until : last
  if (end === null) return formatRule(parts)
  const lastNamed = ruleDates(broadcast, broadcast.firstDate, end).at(-1) ?? end
  const bare = formatRule({ ...parts, until: null, count: null })
  return `${bare};UNTIL=${utc(startOf(broadcast, lastNamed, localTime))}`
}

/** Everything that needs an event of its own: what people changed, and what the plan puts elsewhere. */
function editsOf(broadcast: CalendarBroadcast, real: RealStarts): OccurrenceEdit[] {
  const edited = new Set<number>(broadcast.edits.map(({ originalStartAt }) => originalStartAt))
  const elsewhen = [...real.keys()].flatMap((id) => {
    const { broadcastId, originalStartAtMs } = parseOccurrenceId(occurrenceId.parse(id))
    if (broadcastId !== broadcast.id || edited.has(originalStartAtMs)) return []
    const originalStartAt = instantMs.parse(originalStartAtMs)
    return [{ originalStartAt, isCancelled: false, movedStartAt: null, programme: null }]
  })
  return [...broadcast.edits, ...elsewhen]
}

function editLines(
  broadcast: CalendarBroadcast,
  uid: string,
  localTime: string,
  edit: OccurrenceEdit,
  real: RealStarts,
): string[] {
  const original = localOf(edit.originalStartAt, broadcast.timeZone)
  if (!original.endsWith(localTime.replaceAll(':', ''))) return []
  const airing = airingNamed({ ...broadcast, timedSince: instantMs.parse(0) }, edit.originalStartAt)
  if (airing === undefined) return []
  const startAt = real.get(airing.occurrenceId)
  const isSilent = airing.isCancelled || startAt === null
  const lines = [
    `RECURRENCE-ID;TZID=${broadcast.timeZone}:${original}`,
    `DTSTART;TZID=${broadcast.timeZone}:${localOf(startAt ?? airing.startAt, broadcast.timeZone)}`,
    `STATUS:${isSilent ? 'CANCELLED' : 'CONFIRMED'}`,
  ]
  return eventLines(broadcast, uid, lines, { summary: airing.title, durationMs: airing.endAt - airing.startAt })
}

/** §3.8.1.9: 1 is the highest, 9 the lowest. */
const priorities = { priority: 1, normal: 5, filler: 9 } as const

const eventLines = (
  broadcast: CalendarBroadcast,
  uid: string,
  own: readonly string[],
  { summary, durationMs }: { readonly summary: string; readonly durationMs: number },
): string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTAMP:${utc(broadcast.editedAt)}`,
  // §3.8.7.4: calendars take what has a higher number for the newer word.
  `SEQUENCE:${broadcast.revision - 1}`,
  ...own,
  ...(durationMs > 0 ? [`DURATION:PT${Math.ceil(durationMs / 1_000)}S`] : []),
  `SUMMARY:${escapeText(summary)}`,
  `LOCATION:${escapeText(broadcast.areaName)}`,
  `PRIORITY:${priorities[broadcast.priority]}`,
  'END:VEVENT',
]

/** How many changes of a zone's clock are told from the first day on: twice a year for some years. */
const ZONE_CHANGES = 24

/** The zone as calendars that do not know its name need it (§3.6.5). */
function zoneLines(timeZone: string, firstDate: string): string[] {
  const start = Temporal.PlainDate.from(firstDate).subtract({ years: 1 }).toZonedDateTime(timeZone)
  const observance = (from: Temporal.ZonedDateTime, offsetBefore: number): string[] => {
    const kind = from.offsetNanoseconds > offsetBefore ? 'DAYLIGHT' : 'STANDARD'
    // By the clock as it was before the change.
    const onset = from.toInstant().toZonedDateTimeISO(formatOffset(offsetBefore))
    return [
      `BEGIN:${kind}`,
      `DTSTART:${localOf(instantMs.parse(onset.epochMilliseconds), onset.timeZoneId)}`,
      `TZOFFSETFROM:${formatOffset(offsetBefore).replace(':', '')}`,
      `TZOFFSETTO:${from.offset.replace(':', '')}`,
      `END:${kind}`,
    ]
  }
  const lines = observance(start, start.offsetNanoseconds)
  let at: Temporal.ZonedDateTime | null = start
  for (let count = 0; count < ZONE_CHANGES; count++) {
    const before: Temporal.ZonedDateTime = at
    at = before.getTimeZoneTransition('next')
    if (at === null) break
    lines.push(...observance(at, before.offsetNanoseconds))
  }
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...lines, 'END:VTIMEZONE']
}

function formatOffset(nanoseconds: number): string {
  const minutes = Math.round(Math.abs(nanoseconds) / 60e9)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${nanoseconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

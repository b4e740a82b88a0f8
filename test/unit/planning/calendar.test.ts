import fc from 'fast-check'
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { addDays, overDays, refuseRule, startsWithin } from '#server/broadcasts/recurrence-rules.ts'
import { airingsOf } from '#server/broadcasts/rules.ts'
import { type CalendarBroadcast, writeCalendar } from '#server/planning/calendar-rules.ts'
import { at, broadcast, broadcastOf, item, variant } from './fixture.ts'

const calendarBroadcast = (change: Partial<CalendarBroadcast> = {}): CalendarBroadcast => ({
  ...broadcast(change),
  timedSince: instantMs.parse(0),
  revision: 1,
  editedAt: instantMs.parse(0),
  areaName: 'Xã Bản Lầu',
  ...change,
})

interface Property {
  readonly name: string
  readonly zone: string | undefined
  readonly value: string
}

/** Reads a calendar as RFC 5545 §3.1 says, and refuses what it does not allow. */
function readEvents(text: string): Property[][] {
  expect(text.endsWith('\r\n')).toBe(true)
  const raw = text.split('\r\n').slice(0, -1)
  for (const line of raw) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(line).not.toContain('\n')
    expect(line).not.toContain('\uFFFD')
  }
  const lines = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0', 'END:VCALENDAR'])
  const open: string[] = []
  const events: Property[][] = []
  for (const line of lines) {
    const [, name = '', parameters = '', value = ''] = /^([A-Z-]+)((?:;[^:]+)?):(.*)$/.exec(line) ?? []
    expect(name).not.toBe('')
    if (name === 'BEGIN') {
      open.push(value)
      if (value === 'VEVENT') events.push([])
    } else if (name === 'END') expect(open.pop()).toBe(value)
    else if (open.at(-1) === 'VEVENT') events.at(-1)?.push({ name, zone: /TZID=([^;]+)/.exec(parameters)?.[1], value })
  }
  expect(open).toEqual([])
  return events
}

const get = (event: readonly Property[], name: string): Property | undefined => event.find((one) => one.name === name)
const instantOf = (text: string, zone: string | undefined): number => {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6')
  return Temporal.PlainDateTime.from(iso).toZonedDateTime(zone ?? 'UTC').epochMilliseconds
}

/** Whoever plans anew what the calendar says, with its own rule, plans the same. */
function expectTakenBack(event: readonly Property[], range: { from: InstantMs; to: InstantMs }): void {
  const [start, rule] = [get(event, 'DTSTART'), get(event, 'RRULE')]
  if (start?.zone === undefined || rule === undefined) return
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})$/.exec(start.value) ?? []
  const localTimes = [time.replace(/(..)(..)(..)/, '$1:$2:$3')]
  const firstDate = date.replace(/(....)(..)(..)/, '$1-$2-$3')
  const taken = overDays(rule.value, { timeZone: start.zone, localTimes })
  expect(refuseRule(taken)).toBeUndefined()
  const timing = { rule: taken, firstDate, localTimes, timeZone: start.zone, lastDate: null, extraDates: [] }
  const text = `DTSTART;TZID=${start.zone}:${start.value}\nRRULE:${rule.value}`
  const said = new RRuleTemporal({ rruleString: text }).between(new Date(0), new Date(range.to), true)
  const starts = said.map((one) => one.epochMilliseconds).filter((one) => one < range.to)
  expect(startsWithin({ ...timing, exceptDates: [] }, range)).toEqual(starts)
}

/** The starts that a calendar program would show until `to`. */
function expandEvents(events: readonly Property[][], to: number): number[] {
  const starts: number[] = []
  const changes = new Map<string, Property[]>()
  for (const event of events) {
    const changed = get(event, 'RECURRENCE-ID')
    if (changed !== undefined)
      changes.set(`${get(event, 'UID')?.value} ${instantOf(changed.value, changed.zone)}`, event)
  }
  for (const event of events) {
    if (get(event, 'RECURRENCE-ID') !== undefined || get(event, 'STATUS')?.value === 'CANCELLED') continue
    const [start, rule] = [get(event, 'DTSTART'), get(event, 'RRULE')]
    if (start === undefined) throw new Error('an event has a start')
    const listed = (name: string): number[] =>
      event
        .filter((one) => one.name === name)
        .flatMap(({ value, zone }) => value.split(',').map((one) => instantOf(one, zone)))
    const series = new Set([instantOf(start.value, start.zone), ...listed('RDATE')])
    if (rule !== undefined) {
      const text = `DTSTART;TZID=${start.zone}:${start.value}\nRRULE:${rule.value}`
      const found = new RRuleTemporal({ rruleString: text }).between(new Date(0), new Date(to), true)
      for (const one of found) series.add(one.epochMilliseconds)
    }
    for (const one of listed('EXDATE')) series.delete(one)
    for (const one of series) {
      const change = changes.get(`${get(event, 'UID')?.value} ${one}`)
      if (change === undefined) starts.push(one)
      else if (get(change, 'STATUS')?.value !== 'CANCELLED') {
        const moved = get(change, 'DTSTART')
        if (moved !== undefined) starts.push(instantOf(moved.value, moved.zone))
      }
    }
  }
  return starts.filter((one) => one < to).sort((a, b) => a - b)
}

describe('the calendar of a broadcast (RFC 5545)', () => {
  it('has folded lines, escaped text, its zone, and one event for each time of the day', () => {
    const title = 'Bản tin; sáng, trưa\nvà chiều \\ của xã Bản Lầu, huyện Mường Khương, tỉnh Lào Cai – nghe mỗi ngày'
    const text = writeCalendar(
      [
        calendarBroadcast({
          title,
          localTimes: ['05:30:00', '17:00:00'],
          revision: 5,
          editedAt: at('2026-11-21T01:02:03Z'),
        }),
      ],
      'Xã Bản Lầu',
    )
    const events = readEvents(text)
    expect(events.map((event) => get(event, 'UID')?.value)).toEqual([
      `${broadcastOf(1)}-053000@loaxa`,
      `${broadcastOf(1)}-170000@loaxa`,
    ])
    expect(events[0]).toMatchObject([
      { name: 'UID' },
      { name: 'DTSTAMP', value: '20261121T010203Z' },
      { name: 'SEQUENCE', value: '4' },
      { name: 'DTSTART', zone: 'Asia/Ho_Chi_Minh', value: '20261120T053000' },
      { name: 'RRULE', value: 'FREQ=DAILY' },
      { name: 'STATUS', value: 'CONFIRMED' },
      { name: 'DURATION', value: 'PT60S' },
      {
        name: 'SUMMARY',
        value: title.replace('\\', '\\\\').replace(';', '\\;').replaceAll(',', '\\,').replace('\n', '\\n'),
      },
      { name: 'LOCATION', value: 'Xã Bản Lầu' },
      { name: 'PRIORITY', value: '5' },
    ])
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\nBEGIN:STANDARD\r\n')
    expect(text).toContain('TZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\n')
  })

  it('tells the changes of a zone’s clock', () => {
    const text = writeCalendar([calendarBroadcast({ timeZone: 'America/New_York' })], 'x')
    expect(text).toContain('BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n')
    expect(text).toContain('BEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n')
  })

  it('is read back by other programs as the same starts, with what was moved and cancelled', () => {
    const rules = [
      null,
      'FREQ=DAILY',
      'FREQ=DAILY;INTERVAL=3;COUNT=9',
      'FREQ=WEEKLY;BYDAY=MO,TH',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=7',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=MONTHLY;UNTIL=20270401',
      'FREQ=YEARLY',
    ]
    const dates = fc.integer({ min: 0, max: 120 }).map((offset) => addDays('2026-11-20', offset))
    const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
    const instants = fc
      .integer({ min: 0, max: 120 * 24 })
      .map((hours) => instantMs.parse(at('2026-11-20T00:30:00Z') + hours * 3_600_000))
    fc.assert(
      fc.property(
        fc.record({
          rule: fc.constantFrom(...rules),
          firstDate: dates,
          lastDate: maybe(dates),
          extraDates: fc.uniqueArray(dates, { maxLength: 3 }),
          exceptDates: fc.uniqueArray(dates, { maxLength: 3 }),
          skippedDates: fc.uniqueArray(dates, { maxLength: 3 }).map((list): ReadonlySet<string> => new Set(list)),
          localTimes: fc.constantFrom(['05:30:00'], ['05:30:00', '17:00:00']),
          timeZone: fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/Berlin'),
          cancelledAt: maybe(instants),
          continuedAt: maybe(instants),
        }),
        fc.array(fc.tuple(fc.nat(), fc.boolean(), maybe(instants)), { maxLength: 3 }),
        (change, picks) => {
          const lastDate = change.rule === null || (change.lastDate ?? '9') < change.firstDate ? null : change.lastDate
          const series = {
            ...change,
            lastDate,
            extraDates: [...change.extraDates].sort(),
            exceptDates: [...change.exceptDates].sort(),
          }
          const range = { from: instantMs.parse(0), to: at('2028-01-01T00:00:00Z') }
          const all = startsWithin(calendarBroadcast(series), range)
          const edits = new Map(
            picks.flatMap(([pick, isCancelled, movedStartAt]) => {
              const originalStartAt = all[pick % Math.max(1, all.length)]
              return originalStartAt === undefined
                ? []
                : [[originalStartAt, { originalStartAt, isCancelled, movedStartAt, programme: null }]]
            }),
          )
          // Cancelling counts by when it sounds; a calendar knows only when its series has it.
          const moves = series.cancelledAt === null ? [...edits.values()] : []
          const one = calendarBroadcast({ ...series, edits: moves, items: [item(1, [variant()])] })
          const own = airingsOf(one, range)
            .filter((airing) => !airing.isCancelled)
            .map(({ startAt }) => startAt)
          const read = expandEvents(readEvents(writeCalendar([one], 'x')), range.to)
          expect([...new Set(read)]).toEqual([...new Set<number>(own)].sort((a, b) => a - b))
          for (const event of readEvents(writeCalendar([one], 'x'))) expectTakenBack(event, range)
        },
      ),
      { numRuns: 150 },
    )
  })
})

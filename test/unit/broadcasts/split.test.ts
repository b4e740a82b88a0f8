import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, datesWithin, startsWithin, type Timing } from '#server/broadcasts/recurrence-rules.ts'
import { restOfSeries } from '#server/broadcasts/split-rules.ts'
import { at, ZONE } from '../planning/fixture.ts'

const rules = [
  null,
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3;COUNT=11',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=9',
  'FREQ=MONTHLY',
  'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5',
  'FREQ=YEARLY',
]

describe('this and all that follow', () => {
  it('are what is left of the series from that day on, wherever it is cut', () => {
    const dates = fc.integer({ min: 0, max: 500 }).map((offset) => addDays('2026-01-20', offset))
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        dates,
        fc.option(dates, { nil: null }),
        fc.uniqueArray(dates, { maxLength: 4 }),
        fc.uniqueArray(dates, { maxLength: 4 }),
        fc.nat(),
        (rule, firstDate, lastDate, extraDates, exceptDates, pick) => {
          const end = lastDate !== null && lastDate < firstDate ? null : lastDate
          const lists = { extraDates: extraDates.sort(), exceptDates: exceptDates.sort() }
          const series: Timing = {
            rule,
            firstDate,
            lastDate: rule === null ? null : end,
            ...lists,
            localTimes: ['05:30:00'],
            timeZone: ZONE,
          }
          const all = datesWithin(series, '2026-01-01', '2031-01-01')
          const cut = all[pick % Math.max(1, all.length)]
          if (cut === undefined) return
          const [start] = startsWithin(
            { ...series, extraDates: [cut] },
            { from: at(`${addDays(cut, -1)}T22:00:00Z`), to: at(`${cut}T12:00:00Z`) },
          )
          if (start === undefined) throw new Error('it airs on that day')
          const rest = restOfSeries(series, start)
          expect(datesWithin(rest, '2026-01-01', '2031-01-01')).toEqual(all.filter((date) => date >= cut))
        },
      ),
      { numRuns: 200 },
    )
  })
})

import { addDays } from '#server/broadcasts/recurrence-rules.ts'

/**
 * Public holidays of Viet Nam (Labour Code 2019, article 112): the solar ones, and those of the lunar calendar as data –
 * the calendar of Viet Nam, UTC+7, which differs from China's in some years (2030). An area's own days stand beside
 * them (AreaHoliday): also the days that the government adds or moves each year.
 */

/** First day of the first lunar month (mùng 1 Tết), and the tenth of the third (Giỗ Tổ Hùng Vương), by year. */
const lunar: Readonly<Record<number, { readonly newYear: string; readonly hungKings: string }>> = {
  2026: { newYear: '2026-02-17', hungKings: '2026-04-26' },
  2027: { newYear: '2027-02-06', hungKings: '2027-04-16' },
  2028: { newYear: '2028-01-26', hungKings: '2028-04-04' },
  2029: { newYear: '2029-02-13', hungKings: '2029-04-23' },
  2030: { newYear: '2030-02-02', hungKings: '2030-04-12' },
  2031: { newYear: '2031-01-23', hungKings: '2031-04-01' },
  2032: { newYear: '2032-02-11', hungKings: '2032-04-19' },
  2033: { newYear: '2033-01-31', hungKings: '2033-04-09' },
  2034: { newYear: '2034-02-19', hungKings: '2034-04-28' },
  2035: { newYear: '2035-02-08', hungKings: '2035-04-17' },
  2036: { newYear: '2036-01-28', hungKings: '2036-04-06' },
  2037: { newYear: '2037-02-15', hungKings: '2037-04-24' },
  2038: { newYear: '2038-02-04', hungKings: '2038-04-13' },
  2039: { newYear: '2039-01-24', hungKings: '2039-04-03' },
  2040: { newYear: '2040-02-12', hungKings: '2040-04-20' },
}

export interface PublicHoliday {
  /** YYYY-MM-DD */
  readonly date: string
  readonly name: { readonly vi: string; readonly en: string }
}

const names = {
  newYear: { vi: 'Tết Dương lịch', en: 'New Year’s Day' },
  tet: { vi: 'Tết Nguyên đán', en: 'Lunar New Year' },
  hungKings: { vi: 'Giỗ Tổ Hùng Vương', en: 'Hung Kings’ Commemoration Day' },
  victory: { vi: 'Ngày Chiến thắng', en: 'Victory Day' },
  labour: { vi: 'Ngày Quốc tế Lao động', en: 'International Labour Day' },
  national: { vi: 'Quốc khánh', en: 'National Day' },
} as const

/** The years for which lunar days are known; outside them only the solar ones are. */
export const lunarYears = { first: 2026, last: 2040 } as const

/** The public holidays of one year, in order. Tết is five days: the last of the old year and four of the new one. */
export function publicHolidaysOf(year: number): PublicHoliday[] {
  const { newYear, hungKings } = lunar[year] ?? {}
  const tet = newYear === undefined ? [] : [-1, 0, 1, 2, 3].map((offset) => addDays(newYear, offset))
  return [
    { date: `${year}-01-01`, name: names.newYear },
    ...tet.map((date) => ({ date, name: names.tet })),
    ...(hungKings === undefined ? [] : [{ date: hungKings, name: names.hungKings }]),
    { date: `${year}-04-30`, name: names.victory },
    { date: `${year}-05-01`, name: names.labour },
    { date: `${year}-09-01`, name: names.national },
    { date: `${year}-09-02`, name: names.national },
  ].sort((a, b) => (a.date < b.date ? -1 : 1))
}

/** Every public holiday whose days are known. */
export const publicHolidayDates: ReadonlySet<string> = new Set(
  Array.from({ length: lunarYears.last - lunarYears.first + 1 }, (_, index) => lunarYears.first + index).flatMap(
    (year) => publicHolidaysOf(year).map(({ date }) => date),
  ),
)

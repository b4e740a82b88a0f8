import { describe, expect, it } from 'vitest'
import { lunarYears, publicHolidaysOf } from '#server/planning/public-holidays.ts'

/**
 * The lunar calendar of Viet Nam worked out from the sky, to check the days that public-holidays.ts has as data. Months
 * begin on the day (UTC+7) of the new moon; the eleventh month has the winter solstice; where thirteen months lie
 * between two of them, the first without a principal term of the sun is the leap month. New moons by J. Meeus,
 * "Astronomical Algorithms" (2nd ed.), chapter 49, the sun's longitude by chapter 25 (lower accuracy, 0.01°).
 */
const rad = (degrees: number): number => (degrees * Math.PI) / 180
const sin = (degrees: number): number => Math.sin(rad(degrees))

/** Seconds by which dynamical time is ahead of UT: Espenak and Meeus for 2005–2050. */
function deltaTSeconds(julianDay: number): number {
  const t = (julianDay - 2_451_545) / 365.25
  return 62.92 + 0.32217 * t + 0.005589 * t * t
}

/** The instant of new moon number k since January 2000, as Julian day in UT. */
function newMoonAt(k: number): number {
  const T = k / 1_236.85
  const E = 1 - 0.002516 * T - 0.0000074 * T * T
  const sun = 2.5534 + 29.1053567 * k - 0.0000014 * T * T
  const moon = 201.5643 + 385.81693528 * k + 0.0107582 * T * T + 0.00001238 * T ** 3
  const latitude = 160.7108 + 390.67050284 * k - 0.0016118 * T * T - 0.00000227 * T ** 3
  const node = 124.7746 - 1.56375588 * k + 0.0020672 * T * T
  const mean = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * T * T - 0.00000015 * T ** 3
  const terms: readonly [number, number][] = [
    [-0.4072, moon],
    [0.17241 * E, sun],
    [0.01608, 2 * moon],
    [0.01039, 2 * latitude],
    [0.00739 * E, moon - sun],
    [-0.00514 * E, moon + sun],
    [0.00208 * E * E, 2 * sun],
    [-0.00111, moon - 2 * latitude],
    [-0.00057, moon + 2 * latitude],
    [0.00056 * E, 2 * moon + sun],
    [-0.00042, 3 * moon],
    [0.00042 * E, sun + 2 * latitude],
    [0.00038 * E, sun - 2 * latitude],
    [-0.00024 * E, 2 * moon - sun],
    [-0.00017, node],
    [-0.00007, moon + 2 * sun],
    [0.00004, 2 * moon - 2 * latitude],
    [0.00004, 3 * sun],
    [0.00003, moon + sun - 2 * latitude],
    [0.00003, 2 * moon + 2 * latitude],
    [-0.00003, moon + sun + 2 * latitude],
    [0.00003, moon - sun + 2 * latitude],
    [-0.00002, moon - sun - 2 * latitude],
    [-0.00002, 3 * moon + sun],
    [0.00002, 4 * moon],
    // Of the planets, the largest three.
    [0.000325, 299.77 + 0.107408 * k - 0.009173 * T * T],
    [0.000165, 251.88 + 0.016321 * k],
    [0.000164, 251.83 + 26.651886 * k],
  ]
  const at = mean + terms.reduce((sum, [size, angle]) => sum + size * sin(angle), 0)
  return at - deltaTSeconds(at) / 86_400
}

/** The sun's apparent longitude in degrees. */
function sunLongitude(julianDay: number): number {
  const T = (julianDay + deltaTSeconds(julianDay) / 86_400 - 2_451_545) / 36_525
  const anomaly = 357.52911 + 35_999.05029 * T - 0.0001537 * T * T
  const centre =
    (1.914602 - 0.004817 * T) * sin(anomaly) +
    (0.019993 - 0.000101 * T) * sin(2 * anomaly) +
    0.000289 * sin(3 * anomaly)
  const longitude = 280.46646 + 36_000.76983 * T + 0.0003032 * T * T + centre
  const apparent = longitude - 0.00569 - 0.00478 * sin(125.04 - 1_934.136 * T)
  return ((apparent % 360) + 360) % 360
}

/** Days are numbered by their Julian day at noon; in Viet Nam a day begins at 17:00 UTC of the one before. */
const dayOf = (julianDay: number): number => Math.floor(julianDay + 0.5 + 7 / 24)
const beginningOf = (day: number): number => day - 0.5 - 7 / 24
const isoOf = (day: number): string => new Date((day - 2_440_588) * 86_400_000).toISOString().slice(0, 10)
const dayNumber = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000 + 2_440_588

/** Which of the twelve principal terms the sun has reached when a day begins: 0 is the spring equinox, 9 the winter solstice. */
const termAt = (day: number): number => Math.floor(sunLongitude(beginningOf(day)) / 30)
const monthAt = (k: number): number => dayOf(newMoonAt(k))

/** The number of the new moon that begins the eleventh month of a year: the last one up to the winter solstice. */
function eleventhMonth(year: number): number {
  let k = Math.floor((dayNumber(`${year}-12-31`) - 2_451_550) / 29.530588861) + 1
  while (monthAt(k) > dayNumber(`${year}-12-31`) || termAt(monthAt(k)) >= 9) k -= 1
  return k
}

/** The first days of the lunar months 1 to 3 that begin in this year. */
function firstMonths(year: number): [first: number, third: number] {
  const [from, to] = [eleventhMonth(year - 1), eleventhMonth(year)]
  const months: { number: number; day: number }[] = []
  let number = 11
  let isLeapSeen = to - from === 12
  for (let k = from; k < to; k++) {
    const isWithoutTerm = termAt(monthAt(k)) === termAt(monthAt(k + 1))
    if (k > from && !isLeapSeen && isWithoutTerm) isLeapSeen = true
    else {
      months.push({ number, day: monthAt(k) })
      number = (number % 12) + 1
    }
  }
  const find = (wanted: number): number => months.find((month) => month.number === wanted)?.day ?? Number.NaN
  return [find(1), find(3)]
}

describe('the public holidays of the lunar calendar', () => {
  const years = Array.from({ length: lunarYears.last - lunarYears.first + 1 }, (_, index) => lunarYears.first + index)

  it.each(years)('of %i fall where the moon and the sun put them', (year) => {
    const [first, third] = firstMonths(year)
    const lunar = publicHolidaysOf(year).filter(({ name }) => /Lunar|Hung/.test(name.en))
    expect(lunar.map(({ date }) => date)).toEqual(
      [-1, 0, 1, 2, 3].map((offset) => isoOf(first + offset)).concat(isoOf(third + 9)),
    )
  })

  it('are those of Viet Nam: in 2007 and 2030 Tết is a day before the Chinese New Year', () => {
    expect([1985, 2007, 2025, 2030].map((year) => isoOf(firstMonths(year)[0]))).toEqual([
      '1985-01-21',
      '2007-02-17',
      '2025-01-29',
      '2030-02-02',
    ])
  })

  it('are eleven days in a year whose lunar days are known, in order, and the five solar ones in another', () => {
    for (const year of years) {
      const dates = publicHolidaysOf(year).map(({ date }) => date)
      expect(dates).toHaveLength(11)
      expect(dates).toEqual([...new Set(dates)].sort())
    }
    expect(publicHolidaysOf(2050)).toHaveLength(5)
  })
})

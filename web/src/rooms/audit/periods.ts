import { addDays } from '../../time/zone.ts'

export interface Period {
  readonly key: 'today' | 'week' | 'month' | 'any'
  /** First and last day, YYYY-MM-DD; empty: no bound. */
  readonly tu: string
  readonly den: string
}

/** Periods of one tap, as seen on the day `today` (YYYY-MM-DD). */
export const periodsOf = (today: string): readonly Period[] => [
  { key: 'any', tu: '', den: '' },
  { key: 'today', tu: today, den: today },
  { key: 'week', tu: addDays(today, -6), den: today },
  { key: 'month', tu: addDays(today, -29), den: today },
]

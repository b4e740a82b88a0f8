import type { Language } from '#server/http/language.ts'

/** What stands in a column, so that a spreadsheet gets numbers it can count with. `null` is an empty cell. */
export type ColumnKind =
  | 'text'
  | 'integer'
  /** A length in milliseconds, shown as hours:minutes:seconds. */
  | 'duration'
  /** An instant in milliseconds, shown in the zone. */
  | 'instant'
  /** A calendar day, YYYY-MM-DD. */
  | 'day'
  /** 0 to 1. */
  | 'share'

export interface Column {
  readonly title: string
  readonly kind: ColumnKind
  /** In characters. */
  readonly width: number
}

export type Cell = string | number | null
export type Row = readonly Cell[]

/** A table for people and their spreadsheets. Rows are read as they are sent, so that any number of them fits. */
export interface Sheet {
  /** At most 31 characters, without []:*?/\\ (ECMA-376 as Excel reads it). */
  readonly name: string
  /** Lines above the table: what it is, of where and when. */
  readonly preface: readonly string[]
  readonly columns: readonly Column[]
  readonly rows: AsyncIterable<readonly Row[]>
}

export interface Looks {
  readonly language: Language
  readonly timeZone: string
}

const QUARTER_MS = 15 * 60_000

/** Instants as the clock on the wall shows them, in milliseconds as if it were UTC. Remembers each quarter of an hour. */
export function createWallClock(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  let quarter = Number.NaN
  let offsetMs = 0
  return (at) => {
    const start = Math.floor(at / QUARTER_MS) * QUARTER_MS
    if (start !== quarter) {
      const parts = new Map(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]))
      const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
      offsetMs = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - start
      quarter = start
    }
    return at + offsetMs
  }
}

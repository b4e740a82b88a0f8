import { type Cell, type Column, createWallClock, type Looks, type Row, type Sheet } from './sheet.ts'

/** The mark by which spreadsheets know UTF-8: Vietnamese names would else be garbled. */
const BYTE_ORDER_MARK = '\uFEFF'
/** Where the comma divides decimals, Excel takes the semicolon between cells (its list separator by region). */
const separators = { vi: ';', en: ',' } as const

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * One cell of text (RFC 4180). What a spreadsheet would take for a formula is shown as text by an apostrophe (OWASP, "CSV
 * Injection"): a name that a stranger typed at the sign-in must not run on the auditor's machine.
 */
export function csvText(value: string): string {
  const safe = /^\s*[=+\-@|%\t\r\n]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}

function createWriter({ language, timeZone }: Looks): (cell: Cell, column: Column) => string {
  const toWall = createWallClock(timeZone)
  const writeDay = (iso: string): string => (language === 'vi' ? iso.split('-').reverse().join('/') : iso)
  return (cell, { kind }) => {
    if (cell === null) return ''
    if (typeof cell === 'string') return kind === 'day' ? writeDay(cell) : csvText(cell)
    if (kind === 'duration') {
      const seconds = Math.round(cell / 1_000)
      return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    }
    if (kind === 'instant') {
      const wall = new Date(toWall(cell)).toISOString()
      return `${writeDay(wall.slice(0, 10))} ${wall.slice(11, 19)}`
    }
    if (kind === 'share') {
      const percent = (cell * 100).toFixed(1)
      return `${language === 'vi' ? percent.replace('.', ',') : percent}%`
    }
    return String(cell)
  }
}

/** The tables one below the other, each under its headings; the lines above them are left out. */
export async function* writeCsv(sheets: readonly Sheet[], looks: Looks): AsyncIterable<string> {
  const separator = separators[looks.language]
  const writeCell = createWriter(looks)
  const line = (cells: readonly string[]): string => `${cells.join(separator)}\r\n`
  for (const [index, { columns, rows }] of sheets.entries()) {
    const head = line(columns.map(({ title }) => csvText(title)))
    yield index === 0 ? `${BYTE_ORDER_MARK}${head}` : `\r\n${head}`
    const write = (row: Row): string => line(columns.map((column, place) => writeCell(row[place] ?? null, column)))
    for await (const page of rows) if (page.length > 0) yield page.map(write).join('')
  }
}

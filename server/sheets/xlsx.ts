import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { type Cell, type Column, type ColumnKind, createWallClock, type Looks, type Row, type Sheet } from './sheet.ts'

/** Rows of one sheet, by Excel's limits; what is more goes on in another one. */
const MAX_ROWS = 1_048_576
const MAX_CELL_CHARACTERS = 32_767
const MAX_NAME_CHARACTERS = 31
const MS_PER_DAY = 86_400_000
/** Day 0 of Excel's calendar, which believes in 29 February 1900, for every day after that. */
const DAY_ZERO_MS = Date.UTC(1899, 11, 30)

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'

/** Places in `cellXfs` below. */
const styles = {
  plain: 0,
  header: 1,
  instant: 2,
  day: 3,
  duration: 4,
  integer: 5,
  share: 6,
  title: 7,
  asText: 8,
} as const

const STYLES = `${XML}<styleSheet xmlns="${MAIN}">
<numFmts count="4"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/><numFmt numFmtId="167" formatCode="0.0%"/></numFmts>
<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="14"/><name val="Calibri"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE3EAF4"/><bgColor indexed="64"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="9">${[
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>',
  ...[164, 165, 166, 3, 167].map(
    (format) => `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  ),
  '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>',
].join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML 1.0 cannot hold (§2.2) is left out; half a surrogate pair becomes a sign of its own. */
const escapeXml = (text: string): string =>
  Buffer.from(text)
    .toString()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"]/g, (one) => escapes[one] ?? one)

/** 0 → A, 26 → AA */
export const columnName = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26)

/** Text is text, whatever it begins with: an inline string is never a formula; `quotePrefix` keeps it so when edited. */
const textCell = (at: string, text: string, style: number): string => {
  const look = style === styles.plain && /^\s*[=+\-@]/.test(text) ? styles.asText : style
  const shown = escapeXml(text.slice(0, MAX_CELL_CHARACTERS))
  return `<c r="${at}" s="${look}" t="inlineStr"><is><t xml:space="preserve">${shown}</t></is></c>`
}

const numberStyles: Readonly<Record<ColumnKind, number>> = {
  text: styles.plain,
  integer: styles.integer,
  duration: styles.duration,
  instant: styles.instant,
  day: styles.day,
  share: styles.share,
}

function createCellWriter(timeZone: string): (cell: Cell, column: Column, at: string) => string {
  const toWall = createWallClock(timeZone)
  const toNumber = (cell: string | number, kind: ColumnKind): number | undefined => {
    if (typeof cell === 'string')
      return kind === 'day' ? (Date.parse(`${cell}T00:00:00Z`) - DAY_ZERO_MS) / MS_PER_DAY : undefined
    if (kind === 'instant') return (toWall(cell) - DAY_ZERO_MS) / MS_PER_DAY
    return kind === 'duration' ? cell / MS_PER_DAY : cell
  }
  return (cell, { kind }, at) => {
    if (cell === null) return ''
    const number = toNumber(cell, kind)
    return number === undefined || !Number.isFinite(number)
      ? textCell(at, String(cell), styles.plain)
      : `<c r="${at}" s="${numberStyles[kind]}"><v>${number}</v></c>`
  }
}

/** Rows that one sheet could not hold any more stay in the reader for the next one. */
interface RowReader {
  next(): Promise<readonly Row[] | undefined>
  putBack(rows: readonly Row[]): void
  /** Nobody reads on: what they come from may let go. */
  end(): Promise<void>
}

function readRows(rows: AsyncIterable<readonly Row[]>): RowReader {
  const pages = rows[Symbol.asyncIterator]()
  let left: readonly Row[] | undefined
  return {
    async next() {
      if (left !== undefined) {
        const page = left
        left = undefined
        return page
      }
      const { value, done } = await pages.next()
      return done === true ? undefined : value
    },
    putBack(page) {
      left = page
    },
    async end() {
      await pages.return?.()
    },
  }
}

async function* writeSheet(sheet: Sheet, reader: RowReader, timeZone: string, maxRows: number): AsyncIterable<string> {
  const { columns, preface } = sheet
  const writeCell = createCellWriter(timeZone)
  const headerRow = preface.length === 0 ? 1 : preface.length + 2
  const widths = columns.map(
    ({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  )
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="${headerRow}" topLeftCell="A${headerRow + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`
  for (const [index, text] of preface.entries())
    yield `<row r="${index + 1}">${textCell(`A${index + 1}`, text, index === 0 ? styles.title : styles.plain)}</row>`
  const heads = columns.map(({ title }, index) => textCell(`${columnName(index)}${headerRow}`, title, styles.header))
  yield `<row r="${headerRow}" ht="32" customHeight="1">${heads.join('')}</row>`
  let number = headerRow
  for (let page = await reader.next(); page !== undefined; page = await reader.next()) {
    const fits = page.slice(0, maxRows - number)
    const lines = fits.map((row) => {
      number += 1
      const cells = columns.map((column, index) =>
        writeCell(row[index] ?? null, column, `${columnName(index)}${number}`),
      )
      return `<row r="${number}">${cells.join('')}</row>`
    })
    if (lines.length > 0) yield lines.join('')
    if (fits.length < page.length) {
      reader.putBack(page.slice(fits.length))
      break
    }
  }
  const last = columnName(Math.max(0, columns.length - 1))
  yield `</sheetData><autoFilter ref="A${headerRow}:${last}${number}"/><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>`
}

const nameOf = (sheet: Sheet, part: number): string => {
  const suffix = part === 1 ? '' : ` (${part})`
  return `${sheet.name
    .replaceAll(/[[\]:*?/\\]+/g, ' ')
    .trim()
    .slice(0, MAX_NAME_CHARACTERS - suffix.length)}${suffix}`
}

const workbook = (names: readonly string[]): string =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${names
    .map((name, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
    .join('')}</sheets></workbook>`

const relations = (targets: readonly (readonly [type: string, target: string])[]): string =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${targets
    .map(
      ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`

const contentTypes = (sheets: number): string => {
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  const parts = Array.from(
    { length: sheets },
    (_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${types}.worksheet+xml"/>`,
  )
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${parts.join('')}</Types>`
}

/**
 * A workbook (ECMA-376, SpreadsheetML in an OPC package) as a stream: rows are read only as fast as they are sent, and
 * nothing but the page under way is in memory. `at` is the time that its parts carry; `maxRows` of a sheet is for tests.
 */
export function writeXlsx(
  sheets: readonly Sheet[],
  looks: Looks,
  at: Date,
  options: { readonly maxRows?: number } = {},
): Readable {
  const zip = new ZipFile()
  const output = new PassThrough()
  zip.outputStream.pipe(output)
  const fail = (error: unknown): void => {
    output.destroy(error instanceof Error ? error : new Error('the workbook could not be written', { cause: error }))
  }
  zip.on('error', fail)

  /** Sends a part to its end before the next one is begun. */
  async function sendPart(path: string, lines: AsyncIterable<string>): Promise<void> {
    const part = Readable.from(lines, { objectMode: false, highWaterMark: 64 * 1024 })
    const drop = (): void => {
      part.destroy()
    }
    output.once('close', drop)
    const sent = once(part, 'close')
    zip.addReadStream(part, path, { mtime: at, compress: true })
    await sent
    output.off('close', drop)
  }

  async function send(): Promise<void> {
    const names: string[] = []
    for (const sheet of sheets) {
      const reader = readRows(sheet.rows)
      let rest: readonly Row[] | undefined
      let part = 0
      do {
        part += 1
        names.push(nameOf(sheet, part))
        await sendPart(
          `xl/worksheets/sheet${names.length}.xml`,
          writeSheet(sheet, reader, looks.timeZone, options.maxRows ?? MAX_ROWS),
        )
        if (output.destroyed) return await reader.end()
        rest = await reader.next()
        if (rest !== undefined) reader.putBack(rest)
      } while (rest !== undefined)
    }
    const add = (path: string, text: string): void => zip.addBuffer(Buffer.from(text), path, { mtime: at })
    const targets = names.map((_, index) => ['worksheet', `worksheets/sheet${index + 1}.xml`] as const)
    add('xl/workbook.xml', workbook(names))
    add('xl/_rels/workbook.xml.rels', relations([...targets, ['styles', 'styles.xml']]))
    add('xl/styles.xml', STYLES)
    add('_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']]))
    add('[Content_Types].xml', contentTypes(names.length))
    zip.end()
  }
  send().catch(fail)
  return output
}

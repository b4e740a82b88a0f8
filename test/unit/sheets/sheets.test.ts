import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { csvText, writeCsv } from '#server/sheets/csv.ts'
import type { Row, Sheet } from '#server/sheets/sheet.ts'
import { columnName, writeXlsx } from '#server/sheets/xlsx.ts'
import { readXlsx } from '../../support/xlsx.ts'

const at = new Date('2026-11-24T01:00:00Z')
const looks = { language: 'vi', timeZone: 'Asia/Ho_Chi_Minh' } as const
async function* pagesOf(...pages: readonly (readonly Row[])[]): AsyncIterable<readonly Row[]> {
  yield* pages
}
const sheetOf = (rows: Sheet['rows'], preface: string[] = []): Sheet => ({
  name: 'Bảng[một]/*?',
  preface,
  columns: [
    { title: 'Lúc', kind: 'instant', width: 20 },
    { title: 'Tên', kind: 'text', width: 20 },
    { title: 'Dài', kind: 'duration', width: 12 },
    { title: 'Ngày', kind: 'day', width: 12 },
    { title: 'Tỷ lệ', kind: 'share', width: 10 },
    { title: 'Số', kind: 'integer', width: 10 },
  ],
  rows,
})
const row: Row = [at.getTime(), 'Loa "chợ" <&>', 90_061_000, '2026-11-24', 0.9853, 12]

describe('a cell of CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['+84 90', `"'+84 90"`],
    ['-2', `"'-2"`],
    ['@x', `"'@x"`],
    [' \t=x', `"' \t=x"`],
    ['nói "vậy"', '"nói ""vậy"""'],
    ['a=b', '"a=b"'],
  ])('%j is text', (value, expected) => {
    expect(csvText(value)).toBe(expected)
  })
})

describe('CSV', () => {
  const write = async (language: 'vi' | 'en'): Promise<string> => {
    let text = ''
    for await (const part of writeCsv([sheetOf(pagesOf([row], [], [[null, null, null, null, null, null]]))], {
      ...looks,
      language,
    }))
      text += part
    return text
  }

  it('is what Vietnamese spreadsheets read: UTF-8 with its mark, semicolons, decimal commas, days first', async () => {
    expect((await write('vi')).split('\r\n')).toEqual([
      '\uFEFF"Lúc";"Tên";"Dài";"Ngày";"Tỷ lệ";"Số"',
      '24/11/2026 08:00:00;"Loa ""chợ"" <&>";25:01:01;24/11/2026;98,5%;12',
      ';;;;;',
      '',
    ])
  })

  it('has commas and ISO days for English readers', async () => {
    expect((await write('en')).split('\r\n')[1]).toBe(
      '2026-11-24 08:00:00,"Loa ""chợ"" <&>",25:01:01,2026-11-24,98.5%,12',
    )
  })
})

describe('a workbook', () => {
  it('keeps days, times and lengths as numbers, and text as text', async () => {
    const bytes = await buffer(writeXlsx([sheetOf(pagesOf([row]), ['Tiêu đề'])], looks, at))
    const [sheet] = readXlsx(bytes).sheets
    expect(sheet?.name).toBe('Bảng một')
    const [title, head, first] = sheet?.rows ?? []
    expect([title, head?.length]).toEqual([['Tiêu đề'], 6])
    // ECMA-376 §18.17.4: days since 1899-12-30.
    expect(first).toEqual([46_350 + 8 / 24, 'Loa "chợ" <&>', 90_061_000 / 86_400_000, 46_350, 0.9853, 12])
    expect(sheet?.xml).toContain('<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>')
  })

  it('holds no formula and nothing that XML forbids', async () => {
    const evil = ['=HYPERLINK("http://evil")', 'a\u0000b\u0008', '\ud800', '</t></is></c>'].map(
      (text): Row => [null, text],
    )
    const { sheets } = readXlsx(await buffer(writeXlsx([sheetOf(pagesOf(evil))], looks, at)))
    expect(sheets[0]?.rows.slice(1)).toEqual([['=HYPERLINK("http://evil")'], ['ab'], ['\ufffd'], ['</t></is></c>']])
    expect(sheets[0]?.xml).not.toContain('<f')
    expect(sheets[0]?.xml).toContain('s="8" t="inlineStr"')
  })

  it('goes on in another sheet where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, index): Row => [null, `${index}`])
    const bytes = await buffer(
      writeXlsx([sheetOf(pagesOf(rows.slice(0, 4), rows.slice(4)))], looks, at, { maxRows: 4 }),
    )
    const { sheets } = readXlsx(bytes)
    expect(sheets.map(({ name }) => name)).toEqual(['Bảng một', 'Bảng một (2)', 'Bảng một (3)'])
    expect(sheets.map((one) => one.rows.slice(1).flat())).toEqual([['0', '1', '2'], ['3', '4', '5'], ['6']])
  })

  it('reads rows only as fast as they are taken, and no more once the reader has gone', async () => {
    let pages = 0
    let isEnded = false
    async function* endless(): AsyncIterable<readonly Row[]> {
      try {
        for (;;) {
          pages += 1
          yield Array.from({ length: 500 }, (_, index): Row => [index, `${pages} ${Math.random()}`])
        }
      } finally {
        isEnded = true
      }
    }
    const stream = writeXlsx([sheetOf(endless())], looks, at)
    await once(stream, 'readable')
    stream.read(1_000)
    stream.destroy()
    await once(stream, 'close')
    await expect.poll(() => isEnded).toBe(true)
    expect(pages).toBeLessThan(200)
  })

  it('fails as a whole when a page cannot be read', async () => {
    async function* failing(): AsyncIterable<readonly Row[]> {
      yield [row]
      throw new Error('the database is gone')
    }
    await expect(buffer(writeXlsx([sheetOf(failing())], looks, at))).rejects.toThrow('the database is gone')
  })

  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [701, 'ZZ'],
    [702, 'AAA'],
  ])('names column %i %s', (index, name) => {
    expect(columnName(index)).toBe(name)
  })
})

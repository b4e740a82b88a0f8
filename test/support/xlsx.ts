import { inflateRawSync } from 'node:zlib'

/**
 * A reader of workbooks that shares nothing with the writer: the ZIP by its central directory (APPNOTE 4.3.12), the parts by
 * the relations that name them (ECMA-376 part 2).
 */
export interface ReadWorkbook {
  /** Part name → text. */
  readonly parts: ReadonlyMap<string, string>
  readonly sheets: readonly { readonly name: string; readonly xml: string; readonly rows: (string | number)[][] }[]
}

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50

export function unzip(bytes: Buffer): Map<string, string> {
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--
  if (end < 0) throw new Error('no central directory: this is no ZIP file')
  const parts = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the central directory is broken')
    const [method, packed, size] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
    ]
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const local = bytes.readUInt32LE(at + 42)
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(from, from + packed)
    const text = method === 0 ? data : inflateRawSync(data)
    if (text.length !== size) throw new Error(`${name} has another length than is said`)
    parts.set(name, text.toString())
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return parts
}

const unescapeXml = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

const attribute = (xml: string, name: string): string =>
  unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(xml)?.[1] ?? '')

export function readXlsx(bytes: Buffer): ReadWorkbook {
  const parts = unzip(bytes)
  const part = (name: string): string => {
    const text = parts.get(name)
    if (text === undefined) throw new Error(`the package has no ${name}`)
    return text
  }
  const types = part('[Content_Types].xml')
  const root = attribute(/<Relationship [^>]*officeDocument"[^>]*>/.exec(part('_rels/.rels'))?.[0] ?? '', 'Target')
  const relations = part('xl/_rels/workbook.xml.rels').match(/<Relationship [^>]*>/g) ?? []
  const sheets = (part(root).match(/<sheet [^>]*>/g) ?? []).map((sheet) => {
    const relation = relations.find((one) => attribute(one, 'Id') === attribute(sheet, 'r:id')) ?? ''
    const name = `xl/${attribute(relation, 'Target')}`
    if (!types.includes(`PartName="/${name}"`)) throw new Error(`${name} has no content type`)
    const xml = part(name)
    const rows = (xml.match(/<row [^>]*>.*?<\/row>/gs) ?? []).map((row) =>
      (row.match(/<c [^>]*>.*?<\/c>/gs) ?? []).map((cell) => {
        const text = /<t[^>]*>(.*)<\/t>/s.exec(cell)?.[1]
        return text === undefined ? Number(/<v>(.*)<\/v>/.exec(cell)?.[1]) : unescapeXml(text)
      }),
    )
    return { name: attribute(sheet, 'name'), xml, rows }
  })
  return { parts, sheets }
}

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { writeCsv } from './csv.ts'
import type { Looks, Sheet } from './sheet.ts'
import { writeXlsx } from './xlsx.ts'

export const sheetFormats = ['csv', 'xlsx'] as const
export type SheetFormat = (typeof sheetFormats)[number]

const mediaTypes: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Answers with the tables as a file to keep, written while it is sent. */
export function sendSheets(
  reply: FastifyReply,
  sheets: readonly Sheet[],
  looks: Looks,
  file: { readonly format: SheetFormat; readonly name: string; readonly madeAt: Date },
): FastifyReply {
  const body = file.format === 'csv' ? Readable.from(writeCsv(sheets, looks)) : writeXlsx(sheets, looks, file.madeAt)
  return reply
    .type(mediaTypes[file.format])
    .header('content-disposition', `attachment; filename="${file.name}.${file.format}"`)
    .header('cache-control', 'no-store')
    .send(body)
}

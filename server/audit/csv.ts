import type { Language } from '#server/http/language.ts'
import type { EntryView } from './views.ts'

/** The headings, and what stands below them. */
const columns: readonly (readonly [
  Readonly<Record<Language, string>>,
  (entry: EntryView) => string | number | null,
])[] = [
  [{ vi: 'Số thứ tự', en: 'Number' }, (entry) => entry.seq],
  [{ vi: 'Thời điểm (UTC)', en: 'Time (UTC)' }, (entry) => entry.at],
  [{ vi: 'Tên đăng nhập', en: 'User name' }, (entry) => entry.actor?.userName ?? null],
  [{ vi: 'Người thực hiện', en: 'Who' }, (entry) => entry.actor?.displayName ?? null],
  [{ vi: 'Thay mặt', en: 'On behalf of' }, (entry) => entry.onBehalfOf?.displayName ?? entry.onBehalfOf?.id ?? null],
  [{ vi: 'Địa chỉ', en: 'Address' }, (entry) => entry.address],
  [{ vi: 'Hành động', en: 'Action' }, (entry) => entry.actionText],
  [{ vi: 'Mã hành động', en: 'Action code' }, (entry) => entry.action],
  [{ vi: 'Kết quả', en: 'Outcome' }, (entry) => entry.outcome],
  [{ vi: 'Lý do', en: 'Reason' }, (entry) => entry.reason],
  [{ vi: 'Địa bàn', en: 'Area' }, (entry) => entry.area?.name ?? entry.area?.id ?? null],
  [{ vi: 'Loại đối tượng', en: 'Subject type' }, (entry) => entry.subject.type],
  [{ vi: 'Mã đối tượng', en: 'Subject' }, (entry) => entry.subject.id],
  [{ vi: 'Trước', en: 'Before' }, (entry) => (entry.before === null ? null : JSON.stringify(entry.before))],
  [{ vi: 'Sau', en: 'After' }, (entry) => (entry.after === null ? null : JSON.stringify(entry.after))],
  [{ vi: 'Mã yêu cầu', en: 'Request' }, (entry) => entry.requestId],
  [{ vi: 'Mã băm', en: 'Hash' }, (entry) => entry.hash],
]

/**
 * One cell (RFC 4180). What a spreadsheet would take for a formula is shown as text by an apostrophe (OWASP, "CSV
 * Injection"): a name that a stranger typed at the sign-in must not run on the auditor's machine.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^\s*[=+\-@|%\t\r\n]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}

const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

/** With the mark by which spreadsheets know UTF-8: Vietnamese names would else be garbled. */
export const csvHead = (language: Language): string =>
  `\uFEFF${line(columns.map(([title]) => csvCell(title[language])))}`
export const csvLine = (entry: EntryView): string => line(columns.map(([, read]) => csvCell(read(entry))))

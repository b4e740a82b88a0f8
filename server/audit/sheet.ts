import type { Language } from '#server/http/language.ts'
import type { Column, Row, Sheet } from '#server/sheets/sheet.ts'
import type { EntryView } from './views.ts'

type Words = Readonly<Record<Language, string>>
const outcomes: Readonly<Record<EntryView['outcome'], Words>> = {
  done: { vi: 'Đã thực hiện', en: 'Done' },
  refused: { vi: 'Bị từ chối', en: 'Refused' },
}

/** The headings, and what stands below them. */
const columns: readonly (readonly [
  Words,
  Pick<Column, 'kind' | 'width'>,
  (entry: EntryView, language: Language) => Row[number],
])[] = [
  [{ vi: 'Số thứ tự', en: 'Number' }, { kind: 'integer', width: 10 }, (entry) => entry.seq],
  [{ vi: 'Thời điểm', en: 'Time' }, { kind: 'instant', width: 20 }, (entry) => Date.parse(entry.at)],
  [{ vi: 'Tên đăng nhập', en: 'User name' }, { kind: 'text', width: 18 }, (entry) => entry.actor?.userName ?? null],
  [{ vi: 'Người thực hiện', en: 'Who' }, { kind: 'text', width: 24 }, (entry) => entry.actor?.displayName ?? null],
  [
    { vi: 'Thay mặt', en: 'On behalf of' },
    { kind: 'text', width: 24 },
    (entry) => entry.onBehalfOf?.displayName ?? entry.onBehalfOf?.id ?? null,
  ],
  [{ vi: 'Địa chỉ', en: 'Address' }, { kind: 'text', width: 18 }, (entry) => entry.address],
  [{ vi: 'Hành động', en: 'Action' }, { kind: 'text', width: 34 }, (entry) => entry.actionText],
  [
    { vi: 'Kết quả', en: 'Outcome' },
    { kind: 'text', width: 14 },
    (entry, language) => outcomes[entry.outcome][language],
  ],
  [{ vi: 'Lý do', en: 'Reason' }, { kind: 'text', width: 30 }, (entry) => entry.reasonText ?? entry.reason],
  [{ vi: 'Địa bàn', en: 'Area' }, { kind: 'text', width: 20 }, (entry) => entry.area?.name ?? entry.area?.id ?? null],
  [{ vi: 'Loại đối tượng', en: 'Subject type' }, { kind: 'text', width: 16 }, (entry) => entry.subject.type],
  [{ vi: 'Đối tượng', en: 'Subject' }, { kind: 'text', width: 38 }, (entry) => entry.subject.name ?? entry.subject.id],
  [
    { vi: 'Trước', en: 'Before' },
    { kind: 'text', width: 40 },
    (entry) => (entry.before === null ? null : JSON.stringify(entry.before)),
  ],
  [
    { vi: 'Sau', en: 'After' },
    { kind: 'text', width: 40 },
    (entry) => (entry.after === null ? null : JSON.stringify(entry.after)),
  ],
  [{ vi: 'Mã hành động', en: 'Action code' }, { kind: 'text', width: 22 }, (entry) => entry.action],
  [{ vi: 'Mã yêu cầu', en: 'Request' }, { kind: 'text', width: 38 }, (entry) => entry.requestId],
  [{ vi: 'Mã kiểm tra', en: 'Check code' }, { kind: 'text', width: 66 }, (entry) => entry.hash],
]

async function* toRows(pages: AsyncIterable<EntryView[]>, language: Language): AsyncIterable<readonly Row[]> {
  for await (const page of pages) yield page.map((entry) => columns.map(([, , read]) => read(entry, language)))
}

/** The trail as a table for spreadsheets. */
export const sheetOfEntries = (pages: AsyncIterable<EntryView[]>, language: Language): Sheet => ({
  name: { vi: 'Nhật ký hệ thống', en: 'Audit trail' }[language],
  preface: [],
  columns: columns.map(([title, look]) => ({ title: title[language], ...look })),
  rows: toRows(pages, language),
})

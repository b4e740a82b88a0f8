import type { AuditFault } from './verification-rules.ts'

/** What can be wrong with the audit trail, in words. */
export const auditFaults = {
  missing: { vi: 'Mục này bị mất.', en: 'This entry is missing.' },
  'hash-differs': {
    vi: 'Nội dung của mục này không khớp với mã băm của nó.',
    en: 'What this entry says does not match its check code.',
  },
  'link-broken': {
    vi: 'Mục này không nối tiếp mục trước nó: một trong hai đã bị thay.',
    en: 'This entry does not continue from the one before it: one of the two was replaced.',
  },
  unreadable: { vi: 'Nội dung của mục này không đọc được.', en: 'What this entry says cannot be read.' },
  'column-differs': {
    vi: 'Một cột dùng để tra cứu khác với nội dung đã niêm phong của mục này.',
    en: 'A column for searching differs from the sealed text of this entry.',
  },
  'checkpoint-signature': {
    vi: 'Chữ ký của mốc kiểm tra này không phải của máy chủ.',
    en: 'The signature of this checkpoint is not the server’s.',
  },
  'checkpoint-differs': {
    vi: 'Mốc kiểm tra này khác với những gì nó đã ký.',
    en: 'This checkpoint differs from what it signed.',
  },
  'checkpoint-contradicted': {
    vi: 'Mục này khác với mục đã được ký ở mốc kiểm tra.',
    en: 'This entry is not the one that was signed at its checkpoint.',
  },
  'unsigned-stretch': {
    vi: 'Từ mục này trở đi thiếu mốc kiểm tra mà máy chủ lẽ ra đã ký: mốc đã bị xóa, các mục có thể đã bị viết lại.',
    en: 'From this entry on checkpoints are missing that the server would have signed: they were deleted, and the entries may have been rewritten.',
  },
  'drop-broken': {
    vi: 'Bản ghi về đoạn nhật ký đã xóa không đúng.',
    en: 'The record of a dropped stretch is not right.',
  },
  'head-contradicted': {
    vi: 'Mục này khác với mốc đã giữ bên ngoài cơ sở dữ liệu.',
    en: 'This entry is not the one of a head that was kept outside the database.',
  },
  truncated: {
    vi: 'Nhật ký kết thúc trước mốc đã ký: các mục từ đây trở đi đã bị xóa.',
    en: 'The trail ends before what was signed of it: the entries from here on were deleted.',
  },
} as const satisfies Record<AuditFault, { vi: string; en: string }>

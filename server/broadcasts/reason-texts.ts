import type { PlayReason } from '#protocol/ledger.ts'
import type { Language } from '#server/http/language.ts'

/** Why something was not heard, or not to its end, in words. */
const reasonTexts: Readonly<Record<PlayReason, Readonly<Record<Language, string>>>> = {
  preempted: { vi: 'Bị nội dung ưu tiên cao hơn cắt ngang', en: 'Interrupted by something of higher priority' },
  stopped: { vi: 'Người vận hành đã dừng phát', en: 'Stopped by an operator' },
  cancelled: { vi: 'Lịch phát đã bị hủy', en: 'The broadcast was cancelled' },
  'window-ended': { vi: 'Hết khung giờ phát trước khi phát xong', en: 'The time slot ended before it was finished' },
  'clip-missing': { vi: 'Cụm loa chưa tải được tệp âm thanh', en: 'The speaker had not received the audio yet' },
  'clip-corrupt': { vi: 'Tệp âm thanh trên cụm loa bị hỏng', en: 'The audio on the speaker was damaged' },
  'clock-untrusted': { vi: 'Đồng hồ của cụm loa không đáng tin', en: 'The speaker’s clock could not be trusted' },
  'sound-device-failed': { vi: 'Thiết bị âm thanh của cụm loa bị lỗi', en: 'The speaker’s sound device failed' },
  'power-lost': { vi: 'Cụm loa bị mất điện', en: 'The speaker lost power' },
  'agent-restarted': { vi: 'Phần mềm trên cụm loa khởi động lại', en: 'The speaker’s software restarted' },
  muted: { vi: 'Cụm loa đang tắt tiếng', en: 'The speaker was muted' },
  'too-late': { vi: 'Cụm loa sẵn sàng khi đã quá giờ phát', en: 'The speaker was ready only when it was too late' },
  unsupported: { vi: 'Cụm loa không hỗ trợ nội dung này', en: 'The speaker cannot play this kind of content' },
  'outside-hours': { vi: 'Ngoài giờ được phép phát của địa bàn', en: 'Outside the permitted hours of the area' },
  'horizon-ended': {
    vi: 'Lịch phát lưu trên cụm loa đã hết, lâu chưa kết nối được',
    en: 'The plan kept on the speaker had run out: it had been without a connection for too long',
  },
  'volume-zero': { vi: 'Âm lượng của cụm loa đang đặt bằng 0', en: 'The volume of the speaker was set to zero' },
  'disk-full': { vi: 'Thẻ nhớ của cụm loa đã đầy', en: 'The speaker’s storage was full' },
  'late-skipped': {
    vi: 'Cụm loa có mặt sau giờ bắt đầu, lịch này không phát bù',
    en: 'The speaker came back after the start, and this broadcast is not joined late',
  },
  'no-target': {
    vi: 'Cụm loa không có kết nối từ khi lập lịch đến giờ phát',
    en: 'The speaker had no connection between the planning and the start',
  },
  'never-enrolled': { vi: 'Cụm loa chưa được lắp đặt', en: 'The speaker had not been installed yet' },
  revoked: { vi: 'Cụm loa đã bị thu hồi quyền', en: 'The speaker had been revoked' },
  'not-reported': { vi: 'Cụm loa chưa báo cáo', en: 'The speaker has not reported yet' },
  'gave-way': {
    vi: 'Nhường cho nội dung phát trước theo thứ tự ưu tiên',
    en: 'Gave way to something that goes first',
  },
  suspended: { vi: 'Địa bàn tạm ngừng phát', en: 'Broadcasting was suspended in the area' },
  'not-in-target': { vi: 'Cụm loa không nhận được lịch phát này', en: 'The speaker never received this plan' },
}

const isKnown = (code: string): code is PlayReason => Object.hasOwn(reasonTexts, code)

/** The reason in the reader's language; a code that a newer device sent is shown as it is. */
export const sayReason = (code: string, language: Language): string =>
  isKnown(code) ? reasonTexts[code][language] : code

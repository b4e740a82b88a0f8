import type { ProblemText } from '#server/http/problem-text.ts'

/** What alerts and commands may refuse, in both languages. */
export const alertsProblems = {
  'alert-audio-too-long': {
    status: 422,
    vi: 'Âm thanh quá dài cho phát khẩn cấp (tối đa khoảng {seconds} giây). Chưa có gì được phát. Hãy dùng nội dung ngắn hơn.',
    en: 'The audio is too long for an emergency (at most about {seconds} seconds). Nothing was broadcast. Use something shorter.',
  },
  'alert-clip-not-ready': {
    status: 409,
    vi: 'Âm thanh này chưa sẵn sàng, nên chưa có gì được phát. Hãy đợi xử lý xong, hoặc nhập nội dung để máy đọc.',
    en: 'This audio is not ready, so nothing was broadcast. Wait until it has been processed, or enter a text to be read aloud.',
  },
  'alert-text-not-speakable': {
    status: 422,
    vi: 'Máy không đọc được nội dung này: không có chữ nào đọc thành tiếng, nên chưa có gì được phát. Hãy nhập câu đầy đủ bằng chữ tiếng Việt, hoặc chọn một tệp âm thanh có sẵn.',
    en: 'This text cannot be read aloud: nothing in it makes a sound, so nothing was broadcast. Enter a whole sentence in Vietnamese, or choose audio that is ready.',
  },
  'alert-speech-failed': {
    status: 503,
    vi: 'Máy chủ không đọc được nội dung này thành tiếng, nên chưa có gì được phát. Hãy thử lại, hoặc chọn một tệp âm thanh có sẵn.',
    en: 'The server could not read this text aloud, so nothing was broadcast. Try again, or choose audio that is ready.',
  },
  'alert-over': {
    status: 409,
    vi: 'Lần phát khẩn cấp này đã hết hiệu lực, không còn gì để dừng.',
    en: 'This emergency has expired already; there is nothing left to stop.',
  },
  'device-not-connected': {
    status: 409,
    vi: 'Thiết bị đang mất kết nối nên không nhận được lệnh. Hãy kiểm tra điện và mạng tại chỗ, rồi thử lại.',
    en: 'The device is not connected, so the command cannot reach it. Check its power and network on site, then try again.',
  },
} as const satisfies Record<string, ProblemText>

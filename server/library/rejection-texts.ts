import type { ClipRejectionCode } from '#server/audio/probe.ts'
import type { SpeechRefusal } from '#server/audio/speech.ts'
import type { Language } from '#server/http/language.ts'

/** Why a file did not become a clip, in words for the person who uploaded it. */
type RejectionCode = ClipRejectionCode | Exclude<SpeechRefusal['code'], 'speech-failed'>

const rejectionTexts: Readonly<Record<RejectionCode, { vi: string; en: string }>> = {
  empty: { vi: 'Tệp không có dữ liệu. Hãy tải lên lại.', en: 'The file is empty. Upload it again.' },
  'too-large': { vi: 'Tệp quá lớn. Hãy chia nhỏ hoặc nén lại.', en: 'The file is too large. Split or compress it.' },
  'not-audio': {
    vi: 'Tệp này không phải tệp âm thanh. Hãy chọn tệp MP3, WAV, M4A…',
    en: 'This is not an audio file. Choose MP3, WAV, M4A …',
  },
  'unsupported-codec': {
    vi: 'Định dạng âm thanh này không được hỗ trợ. Hãy lưu thành MP3 hoặc WAV.',
    en: 'This audio format is not supported. Save it as MP3 or WAV.',
  },
  'sample-rate': {
    vi: 'Tần số lấy mẫu của tệp không hợp lệ. Hãy lưu lại ở 44,1 hoặc 48 kHz.',
    en: 'The file’s sample rate is not valid. Save it at 44.1 or 48 kHz.',
  },
  channels: {
    vi: 'Tệp có quá nhiều kênh âm thanh. Hãy lưu lại thành một hoặc hai kênh.',
    en: 'The file has too many channels. Save it with one or two.',
  },
  'too-long': {
    vi: 'Tệp dài quá thời lượng cho phép. Hãy cắt ngắn lại.',
    en: 'The file is longer than allowed. Cut it.',
  },
  'too-short': { vi: 'Tệp quá ngắn, không đủ để phát.', en: 'The file is too short to be played.' },
  truncated: {
    vi: 'Tệp bị thiếu phần cuối, có thể do sao chép dở. Hãy lấy lại tệp gốc.',
    en: 'The end of the file is missing, perhaps from an interrupted copy. Take the original again.',
  },
  silent: { vi: 'Tệp không có tiếng hoặc tiếng quá nhỏ.', en: 'The file is silent or far too quiet.' },
  'decode-failed': { vi: 'Nội dung tệp bị hỏng, không đọc được.', en: 'The file is damaged and cannot be read.' },
  'too-costly': {
    vi: 'Tệp quá phức tạp để xử lý. Hãy lưu lại thành MP3 hoặc WAV.',
    en: 'The file takes too much to process. Save it as MP3 or WAV.',
  },
  'text-empty': {
    vi: 'Không có chữ nào đọc được thành tiếng. Hãy nhập câu đầy đủ bằng chữ tiếng Việt.',
    en: 'Nothing in the text can be read aloud. Enter a whole sentence in Vietnamese.',
  },
  'text-too-long': {
    vi: 'Văn bản quá dài để đọc một lần. Hãy chia thành nhiều bản tin.',
    en: 'The text is too long to be read at once. Split it into several bulletins.',
  },
  'unknown-voice': {
    vi: 'Giọng đọc này không còn nữa. Hãy chọn giọng khác.',
    en: 'This voice is not there any more. Choose another one.',
  },
}

/** For what failed on our side, and on its third attempt. */
const processingFailedText = {
  vi: 'Máy chủ không xử lý được tệp này. Hãy thử lại; nếu vẫn lỗi, hãy báo kỹ thuật viên.',
  en: 'The server could not process this file. Try again; if it fails again, tell a technician.',
}

const isKnown = (code: string): code is RejectionCode => Object.hasOwn(rejectionTexts, code)

/** What a person reads about a clip's `rejection_code`. */
export const sayRejection = (code: string, language: Language): string =>
  (isKnown(code) ? rejectionTexts[code] : processingFailedText)[language]

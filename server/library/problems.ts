import type { ProblemText } from '#server/http/problem-text.ts'

/** What the library may refuse, in both languages. */
export const libraryProblems = {
  'clip-not-ready': {
    status: 409,
    vi: 'Âm thanh của bản tin (hoặc của một thứ tiếng khác trong bản tin) chưa sẵn sàng. Hãy đợi xử lý xong, hoặc chọn âm thanh khác.',
    en: 'The bulletin’s audio (or that of one of its other languages) is not ready. Wait until it has been processed, or choose other audio.',
  },
  'clip-rejected': {
    status: 409,
    vi: 'Âm thanh này không dùng được. Hãy tải lên tệp khác.',
    en: 'This audio cannot be used. Upload another file.',
  },
  'revision-outdated': {
    status: 409,
    vi: 'Bản tin đã được sửa sau khi bạn mở. Hãy xem lại bản mới nhất rồi quyết định.',
    en: 'The bulletin was changed after you opened it. Look at the newest version, then decide.',
  },
  'revision-not-pending': {
    status: 409,
    vi: 'Bản tin này không ở trạng thái chờ duyệt.',
    en: 'This bulletin is not waiting for approval.',
  },
  'revision-not-returnable': {
    status: 409,
    vi: 'Chỉ trả lại được bản tin đang chờ duyệt hoặc đã duyệt.',
    en: 'Only a bulletin that is pending or approved can be returned.',
  },
  'revision-not-submittable': {
    status: 409,
    vi: 'Chỉ trình duyệt được bản nháp hoặc bản tin đã bị trả lại.',
    en: 'Only a draft or a returned bulletin can be submitted.',
  },
  'decision-not-undoable': {
    status: 409,
    vi: 'Chỉ người vừa quyết định mới hoàn tác được, trong vòng {minutes} phút. Bản tin đã duyệt thì vẫn trả lại được.',
    en: 'Only whoever has just decided can take it back, within {minutes} minutes. An approved bulletin can still be returned.',
  },
  'author-may-not-decide': {
    status: 403,
    vi: 'Người soạn bất kỳ phần nào của bản tin này – đã soạn, sửa, trình duyệt hoặc tải âm thanh lên – không được tự duyệt. Hãy nhờ người duyệt khác.',
    en: 'Whoever had a hand in this bulletin – wrote, edited or submitted it, or uploaded its audio – may not approve it. Ask another approver.',
  },
  'bulletin-out-of-area': {
    status: 409,
    vi: 'Nội dung này thuộc địa bàn khác, không dùng được ở đây.',
    en: 'This content belongs to another area and cannot be used here.',
  },
  'bulletin-language-twice': {
    status: 422,
    vi: 'Bản tin có hai âm thanh cùng một thứ tiếng ({language}). Hãy chọn tiếng khác cho một trong hai.',
    en: 'The bulletin has two sounds in the same language ({language}). Choose another language for one of them.',
  },
  'voice-unknown': {
    status: 400,
    vi: 'Không có giọng đọc này. Hãy chọn giọng khác.',
    en: 'There is no such voice. Choose another one.',
  },
  'text-not-speakable': {
    status: 422,
    vi: 'Máy không đọc được nội dung này: không có chữ nào đọc thành tiếng. Hãy nhập câu đầy đủ bằng chữ tiếng Việt.',
    en: 'This text cannot be read aloud: nothing in it makes a sound. Enter a whole sentence in Vietnamese.',
  },
  'upload-empty': {
    status: 400,
    vi: 'Tệp tải lên không có dữ liệu.',
    en: 'The uploaded file is empty.',
  },
  'upload-too-large': {
    status: 413,
    vi: 'Tệp quá lớn: tối đa {limitMb} MB.',
    en: 'The file is too large: at most {limitMb} MB.',
  },
  'too-many-uploads': {
    status: 429,
    vi: 'Tài khoản của bạn đang tải lên {limit} tệp cùng lúc. Hãy đợi tải xong bớt rồi gửi tiếp.',
    en: 'Your account is already uploading {limit} files at once. Wait until some are done, then send the next.',
  },
  'upload-expired': {
    status: 410,
    vi: 'Lần gửi tệp này đã để quá lâu nên không gửi tiếp được. Hãy chọn lại tệp để gửi từ đầu.',
    en: 'This upload was left for too long and cannot go on. Choose the file again to send it from the beginning.',
  },
  'upload-done': {
    status: 409,
    vi: 'Tệp này đã gửi xong.',
    en: 'This file has been sent completely.',
  },
  'upload-offset-wrong': {
    status: 409,
    vi: 'Phần gửi lên không nối đúng chỗ đã nhận. Hãy hỏi lại máy chủ đã nhận đến đâu rồi gửi tiếp từ đó.',
    en: 'This piece does not begin where the file has come to. Ask the server how far it has come, and go on from there.',
  },
  'upload-longer-than-said': {
    status: 413,
    vi: 'Tệp dài hơn kích thước đã báo. Hãy chọn lại tệp để gửi từ đầu.',
    en: 'The file is longer than was said. Choose the file again to send it from the beginning.',
  },
  'upload-not-tus': {
    status: 412,
    vi: 'Tệp được gửi theo cách mà máy chủ không hiểu. Hãy tải lại trang rồi gửi lại.',
    en: 'The file is sent in a way that the server does not understand. Reload the page and send it again.',
  },
  'trim-outside': {
    status: 422,
    vi: 'Điểm đầu và điểm cuối phải nằm trong đoạn âm thanh, điểm đầu trước điểm cuối.',
    en: 'Start and end must lie within the sound, the start before the end.',
  },
  'trim-too-short': {
    status: 422,
    vi: 'Đoạn còn lại quá ngắn: ít nhất {seconds} giây.',
    en: 'What is left is too short: at least {seconds} seconds.',
  },
  'trim-nothing': {
    status: 422,
    vi: 'Chưa cắt gì: hãy dời điểm đầu hoặc điểm cuối.',
    en: 'Nothing is cut off: move the start or the end.',
  },
  'disk-full': {
    status: 507,
    vi: 'Máy chủ không còn đủ chỗ lưu. Hãy báo kỹ thuật viên dọn đĩa rồi thử lại.',
    en: 'The server has no room left. Ask a technician to free the disk, then try again.',
  },
} as const satisfies Record<string, ProblemText>

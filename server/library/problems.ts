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
    en: 'The bulletin has two clips in the same language ({language}). Choose another language for one of them.',
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
  'disk-full': {
    status: 507,
    vi: 'Máy chủ không còn đủ chỗ lưu. Hãy báo kỹ thuật viên dọn đĩa rồi thử lại.',
    en: 'The server has no room left. Ask a technician to free the disk, then try again.',
  },
} as const satisfies Record<string, ProblemText>

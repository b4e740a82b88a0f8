import type { ProblemText } from '#server/http/problem-text.ts'

/** What areas may refuse, in both languages. */
export const areasProblems = {
  'area-name-taken': {
    status: 409,
    vi: 'Ở đây đã có địa bàn tên “{name}”. Hãy chọn tên khác.',
    en: 'There is already an area named “{name}” here. Choose another name.',
  },
  'area-kind-misplaced': {
    status: 422,
    vi: 'Địa bàn loại này không thể nằm ở đây: xã thuộc tỉnh (hoặc thuộc xã mới sau sáp nhập), thôn thuộc xã.',
    en: 'An area of this kind cannot stand here: a commune belongs to a province (or, after a merger, to the new commune), a village to a commune.',
  },
  'area-in-use': {
    status: 409,
    vi: '“{name}” đang có, hoặc đã từng có, cụm loa, người dùng, nội dung, quy định hay địa bàn bên dưới nên không xóa được. Nếu không dùng nữa, hãy chuyển những gì còn lại sang nơi khác và giữ nguyên để tra cứu lịch sử.',
    en: '“{name}” has, or has had, speakers, people, content, rules or areas in it, so it cannot be removed. If it is not used any more, move what is left to another area and keep it for its history.',
  },
  'area-hours-wider': {
    status: 422,
    vi: 'Khung giờ {window} vượt giờ được phép phát của {area}: {above}. Địa bàn cấp dưới chỉ được thu hẹp. Hãy chọn giờ nằm trong đó.',
    en: 'The window {windowEn} is wider than the permitted hours of {area}: {aboveEn}. An area may only tighten what holds above it. Choose hours within those.',
  },
  'area-sessions-above': {
    status: 422,
    vi: '{area} cho phát tối đa {limit} buổi mỗi ngày, bạn đặt {asked}. Địa bàn cấp dưới chỉ được đặt thấp hơn.',
    en: '{area} permits at most {limit} sessions a day; you ask for {asked}. An area may only tighten what holds above it.',
  },
  'area-session-minutes-above': {
    status: 422,
    vi: '{area} cho phát tối đa {limit} phút mỗi buổi, bạn đặt {asked}. Địa bàn cấp dưới chỉ được đặt thấp hơn.',
    en: '{area} permits at most {limit} minutes a session; you ask for {asked}. An area may only tighten what holds above it.',
  },
  'area-day-minutes-above': {
    status: 422,
    vi: '{area} cho phát tối đa {limit} phút mỗi ngày, bạn đặt {asked}. Địa bàn cấp dưới chỉ được đặt thấp hơn.',
    en: '{area} permits at most {limit} minutes a day; you ask for {asked}. An area may only tighten what holds above it.',
  },
  'area-lead-in-unusable': {
    status: 422,
    vi: 'Không dùng được tệp này làm nhạc hiệu: tệp phải thuộc địa bàn này hoặc cấp trên, dài không quá 60 giây và nằm trong một bản tin đã duyệt.',
    en: 'This sound cannot be the lead-in: it must be of this area or one above, no longer than 60 seconds, and stand in an approved bulletin.',
  },
  'holiday-too-long': {
    status: 422,
    vi: 'Kỳ nghỉ dài nhất là {days} ngày. Hãy chia thành nhiều kỳ.',
    en: 'Holidays may be at most {days} days long. Divide them.',
  },
  'suspension-already': {
    status: 409,
    vi: 'Địa bàn này đã được tạm ngừng phát đúng những ngày đó với lý do đó. Không cần tạm ngừng thêm lần nữa.',
    en: 'This area is suspended on just these days for just this reason already. There is nothing more to do.',
  },
  'suspension-over': {
    status: 422,
    vi: 'Ngày cuối đã qua nên không còn gì để tạm ngừng. Hãy chọn hôm nay hoặc một ngày sau.',
    en: 'The last day is over: there is nothing left to suspend. Choose today or a later day.',
  },
  'suspension-too-long': {
    status: 422,
    vi: 'Chỉ tạm ngừng phát được tối đa {days} ngày một lần. Hãy chọn ngày cuối sớm hơn.',
    en: 'A suspension lasts at most {days} days. Choose an earlier last day.',
  },
} as const satisfies Record<string, ProblemText>

import type { ProblemText } from '#server/http/problem-text.ts'

/** What devices may refuse, in both languages. */
export const devicesProblems = {
  'device-name-taken': {
    status: 409,
    vi: 'Địa bàn này đã có cụm loa tên “{name}”. Hãy chọn tên khác.',
    en: 'There is already a speaker named “{name}” in this area. Choose another name.',
  },
  'enrolment-code-unknown': {
    status: 404,
    vi: 'Không có mã đăng ký này. Hãy kiểm tra xem mã có gõ đúng không và có đúng máy chủ không.',
    en: 'There is no such enrolment code. Check that it is typed correctly, and that this is the right server.',
  },
  'enrolment-code-expired': {
    status: 410,
    vi: 'Mã đăng ký đã hết hạn hoặc đã được thay bằng mã mới hơn. Hãy tạo mã mới trên trang điều khiển.',
    en: 'The enrolment code has expired or was replaced by a newer one. Make a new one in the console.',
  },
  'code-already-used': {
    status: 409,
    vi: 'Mã đăng ký này đã được một thiết bị khác dùng. Nếu không phải do bạn, hãy thu hồi cụm loa; sau đó tạo mã mới.',
    en: 'Another device has used this enrolment code. If that was not you, revoke the speaker; then make a new code.',
  },
  'installation-revoked': {
    status: 410,
    vi: 'Thiết bị này đã bị thu hồi và không được kết nối nữa. Muốn dùng lại, hãy xóa dữ liệu của nó và đăng ký bằng mã mới.',
    en: 'This device was revoked and may not connect any more. To use it again, clear its data and enrol it with a new code.',
  },
  'key-already-enrolled': {
    status: 409,
    vi: 'Khóa hoặc nhật ký của thiết bị này đã thuộc về một lần đăng ký khác. Hãy xóa dữ liệu của thiết bị rồi đăng ký lại bằng mã mới.',
    en: 'The key or ledger of this device belongs to another enrolment already. Clear the device’s data and enrol it again with a new code.',
  },
  'broker-unavailable': {
    status: 503,
    vi: 'Máy chủ đã ghi nhận nhưng chưa báo được cho bộ chuyển tin MQTT. Hãy làm lại bước này sau ít phút.',
    en: 'The server has recorded this, but could not reach the MQTT broker. Do this step again in a few minutes.',
  },
} as const satisfies Record<string, ProblemText>

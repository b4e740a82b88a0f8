import type { ProblemText } from '#server/http/problem-text.ts'

/** What devices may refuse, in both languages. */
export const devicesProblems = {
  'device-name-taken': {
    status: 409,
    vi: 'Địa bàn này đã có cụm loa tên “{name}”. Hãy chọn tên khác.',
    en: 'There is already a speaker named “{name}” in this area. Choose another name.',
  },
  'device-volume-above-max': {
    status: 422,
    vi: 'Âm lượng không được lớn hơn mức tối đa của cụm loa này ({max}%). Hãy chọn mức thấp hơn, hoặc nâng mức tối đa nếu loa chịu được.',
    en: 'The volume may not be above this speaker’s maximum ({max}%). Choose a lower one, or raise the maximum if the speaker stands it.',
  },
  'device-language-twice': {
    status: 422,
    vi: 'Danh sách có một thứ tiếng hai lần ({language}). Hãy bỏ bớt một.',
    en: 'The list has one language twice ({language}). Take one of them out.',
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
  'enrolment-unproven': {
    status: 422,
    vi: 'Thiết bị không chứng minh được rằng nó giữ khóa mà nó xin đăng ký. Chưa có gì được đăng ký. Hãy cập nhật phần mềm trên cụm loa rồi thử lại.',
    en: 'The device did not prove that it holds the key that it asks to enrol. Nothing was enrolled. Update the software on the speaker and try again.',
  },
  'installation-replaced': {
    status: 410,
    vi: 'Thiết bị này đã được thay bằng một thiết bị khác và không được kết nối nữa. Muốn dùng lại, hãy đăng ký nó bằng mã mới, thêm --replace.',
    en: 'Another device has replaced this one, which may not connect any more. To use it again, enrol it with a new code and --replace.',
  },
  'installation-revoked': {
    status: 410,
    vi: 'Thiết bị này đã bị thu hồi và không được kết nối nữa. Muốn dùng lại, hãy đăng ký nó bằng mã mới, thêm --replace.',
    en: 'This device was revoked and may not connect any more. To use it again, enrol it with a new code and --replace.',
  },
  'key-already-enrolled': {
    status: 409,
    vi: 'Khóa hoặc nhật ký của thiết bị này đã thuộc về một lần đăng ký khác. Hãy xóa dữ liệu của thiết bị rồi đăng ký lại bằng mã mới.',
    en: 'The key or play log of this device belongs to another enrolment already. Clear the device’s data and enrol it again with a new code.',
  },
  'broker-unavailable': {
    status: 503,
    vi: 'Máy chủ đã ghi nhận nhưng chưa báo được cho bộ chuyển tin. Hãy làm lại bước này sau ít phút.',
    en: 'The server has recorded this, but could not reach the message service. Do this step again in a few minutes.',
  },
  'device-group-name-taken': {
    status: 409,
    vi: 'Địa bàn này đã có nhóm tên “{name}”. Hãy chọn tên khác.',
    en: 'This area already has a group named “{name}”. Choose another name.',
  },
  'device-group-member-unknown': {
    status: 422,
    vi: 'Có cụm loa không thuộc địa bàn của nhóm hoặc không còn hoạt động. Hãy tải lại danh sách rồi chọn lại.',
    en: 'A speaker does not stand in the group’s area, or is no longer in service. Load the list again and choose anew.',
  },
  'device-group-in-use': {
    status: 409,
    vi: 'Lịch phát “{title}” còn dùng nhóm này. Hãy sửa hoặc hủy lịch phát đó trước.',
    en: 'The broadcast “{title}” still names this group. Change or cancel it first.',
  },
  'device-group-removed': {
    status: 409,
    vi: 'Nhóm này đã bị xóa nên không sửa được nữa. Hãy tạo nhóm mới.',
    en: 'This group was removed and cannot be changed any more. Make a new one.',
  },
} as const satisfies Record<string, ProblemText>

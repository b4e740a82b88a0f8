import type { ProblemText } from '#server/http/problem-text.ts'

/** What approving ahead and for another may be refused with, in both languages. */
export const approvalsProblems = {
  'approval-period-invalid': {
    status: 400,
    vi: 'Thời hạn không hợp lệ: phải kết thúc sau lúc bắt đầu và sau lúc này.',
    en: 'The period is not valid: it must end after it begins, and after now.',
  },
  'standing-too-long': {
    status: 400,
    vi: 'Chỉ duyệt sẵn được tối đa một năm. Hãy chọn ngày sớm hơn; hết hạn thì xem lại rồi duyệt sẵn tiếp.',
    en: 'A standing approval lasts a year at most. Choose an earlier day; when it ends, look again and give another.',
  },
  'standing-over': {
    status: 409,
    vi: 'Duyệt sẵn này đã hết hạn hoặc đã được rút lại.',
    en: 'This standing approval has ended or was withdrawn already.',
  },
  'delegation-not-own': {
    status: 403,
    vi: 'Quyền duyệt tại địa bàn này là do người khác ủy quyền cho bạn, nên bạn không ủy quyền tiếp được.',
    en: 'Your right to approve in this area was delegated to you, so you cannot delegate it further.',
  },
  'delegation-too-long': {
    status: 400,
    vi: 'Chỉ ủy quyền được tối đa 90 ngày. Nếu vắng lâu hơn, hãy nhờ quản trị viên giao vai trò người duyệt cho người khác.',
    en: 'A delegation lasts 90 days at most. For a longer absence ask an administrator to make somebody else an approver.',
  },
  'delegation-too-far-ahead': {
    status: 400,
    vi: 'Chỉ ủy quyền trước được tối đa một năm.',
    en: 'A delegation may begin a year from now at the latest.',
  },
  'delegate-unsuitable': {
    status: 409,
    vi: 'Không ủy quyền cho người này được. Hãy chọn người khác đang có vai trò (không phải kiểm tra) tại địa bàn này, ở cấp trên hoặc cấp dưới.',
    en: 'This person cannot stand in. Choose somebody else who has a role (other than auditor) in this area, above or below it.',
  },
  'delegate-unprotected': {
    status: 409,
    vi: 'Người này chưa bật xác thực hai lớp, mà người duyệt phải có. Hãy nhờ họ bật trong mục Tài khoản của tôi, rồi ủy quyền lại.',
    en: 'This person has not turned on the second factor that approvers must have. Ask them to turn it on under My account, then delegate again.',
  },
  'delegation-over': {
    status: 409,
    vi: 'Việc ủy quyền này đã kết thúc.',
    en: 'This delegation has ended already.',
  },
  'delegation-not-yours': {
    status: 403,
    vi: 'Chỉ người ủy quyền, người được ủy quyền hoặc quản trị viên của địa bàn mới kết thúc được việc ủy quyền này.',
    en: 'Only who gave it, who received it, or an administrator of the area can end this delegation.',
  },
  'delegator-may-not-decide': {
    status: 403,
    vi: 'Người ủy quyền cho bạn đã tham gia soạn bản tin này, nên không ai được duyệt thay người đó. Hãy nhờ người duyệt khác.',
    en: 'Whoever delegated to you had a hand in this bulletin, so nobody may approve it in their place. Ask another approver.',
  },
  'bulletin-standing-only': {
    status: 409,
    vi: 'Bản tin “{title}” mới chỉ được duyệt sẵn cho chương trình khác. Hãy nhờ lãnh đạo duyệt riêng bản tin này trước khi đưa vào đây.',
    en: 'The bulletin “{title}” is approved by a standing approval of another programme only. Have an approver approve the bulletin itself before it is used here.',
  },
} as const satisfies Record<string, ProblemText>

import type { ProblemText } from '#server/http/problem-text.ts'

/** What auth may refuse, in both languages. */
export const authProblems = {
  'setup-done': {
    status: 409,
    vi: 'Máy chủ đã có tài khoản đầu tiên. Hãy đăng nhập bằng tài khoản đó.',
    en: 'The server already has its first account. Sign in with it.',
  },
  'code-not-valid': {
    status: 401,
    vi: 'Mã không đúng, đã dùng rồi hoặc đã hết hạn. Hãy kiểm tra lại mã, hoặc xin người quản trị cấp mã mới.',
    en: 'The code is wrong, was used already or has expired. Check it, or ask an administrator for a new one.',
  },
  'password-too-common': {
    status: 422,
    vi: 'Mật khẩu này quá dễ đoán. Hãy dùng một câu dài mà người khác không nghĩ ra.',
    en: 'This password is too easy to guess. Use a long phrase that others would not think of.',
  },
  'current-password-wrong': {
    status: 422,
    vi: 'Mật khẩu hiện tại không đúng, nên mật khẩu chưa được đổi.',
    en: 'The current password is wrong, so the password was not changed.',
  },
  'password-names-you': {
    status: 422,
    vi: 'Mật khẩu này gần như chỉ gồm tên đăng nhập, họ tên hoặc tên địa bàn của bạn nên rất dễ đoán. Hãy dùng một câu dài mà người khác không nghĩ ra.',
    en: 'This password is little more than your user name, your name or your area, so it is easy to guess. Use a long phrase that others would not think of.',
  },
  'sign-in-must-wait': {
    status: 429,
    vi: 'Đã có quá nhiều lần đăng nhập không thành công. Hãy thử lại sau {wait}. Nếu cần vào ngay, hãy dùng trình duyệt bạn vẫn thường đăng nhập, hoặc xin người quản trị một liên kết đăng nhập một lần.',
    en: 'Too many sign-ins have failed. Try again in {wait}. If you need to get in now, use a browser in which you have signed in before, or ask an administrator for a one-time sign-in link.',
  },
  'second-factor-needed': {
    status: 401,
    vi: 'Tài khoản này có xác thực hai lớp. Hãy nhập mã 6 số trong ứng dụng xác thực, hoặc một mã khôi phục.',
    en: 'This account has a second factor. Enter the 6-digit code of your authenticator app, or a recovery code.',
  },
  'second-factor-wrong': {
    status: 401,
    vi: 'Mã xác thực không đúng, đã dùng rồi hoặc đã hết hạn. Hãy chờ mã mới trong ứng dụng rồi nhập lại. Nếu vẫn không được, hãy kiểm tra giờ trên điện thoại.',
    en: 'The code is wrong, was used already or has expired. Wait for the next one in your app and enter that. If it still fails, check the time on your phone.',
  },
  'second-factor-code-wrong': {
    status: 422,
    vi: 'Mã xác thực không đúng, đã dùng rồi hoặc đã hết hạn nên chưa có gì thay đổi. Hãy chờ mã mới trong ứng dụng rồi nhập lại. Nếu vẫn không được, hãy kiểm tra giờ trên điện thoại.',
    en: 'The code is wrong, was used already or has expired, so nothing was changed. Wait for the next one in your app and enter that. If it still fails, check the time on your phone.',
  },
  'second-factor-setup-needed': {
    status: 403,
    vi: 'Vai trò của bạn đòi hỏi xác thực hai lớp. Hãy thiết lập trong trang tài khoản của bạn, sau đó bạn có thể làm việc tiếp.',
    en: 'Your role requires a second factor. Set it up on your account page, then you can go on working.',
  },
  'second-factor-active': {
    status: 409,
    vi: 'Tài khoản đã có xác thực hai lớp. Muốn đổi sang điện thoại khác, hãy gỡ lớp xác thực hiện tại trước.',
    en: 'The account already has a second factor. To move it to another phone, remove the present one first.',
  },
  'second-factor-not-active': {
    status: 409,
    vi: 'Tài khoản này chưa bật xác thực hai lớp nên không có gì để gỡ hay cấp lại.',
    en: 'This account has no second factor, so there is nothing to remove or to renew.',
  },
  'second-factor-not-begun': {
    status: 409,
    vi: 'Chưa có mã QR nào đang chờ xác nhận. Hãy bắt đầu thiết lập lại từ đầu.',
    en: 'There is no QR code waiting to be confirmed. Start the set-up again.',
  },
  'user-name-taken': {
    status: 409,
    vi: 'Tên đăng nhập “{userName}” đã có người dùng. Hãy chọn tên khác.',
    en: 'The user name “{userName}” is taken. Choose another one.',
  },
  'account-beyond-your-areas': {
    status: 403,
    vi: 'Tài khoản này còn có vai trò ngoài địa bàn bạn quản trị, nên bạn không thể làm việc này với nó. Hãy nhờ người quản trị cấp trên.',
    en: 'This account also holds roles outside the areas you administer, so you cannot do this to it. Ask the administrator above you.',
  },
  'not-your-own-account': {
    status: 403,
    vi: 'Không ai tự làm việc này với tài khoản của chính mình. Hãy nhờ người quản trị khác.',
    en: 'Nobody does this to their own account. Ask another administrator.',
  },
  'account-disabled': {
    status: 409,
    vi: 'Tài khoản này đang bị khóa. Hãy mở lại trước khi cấp liên kết đăng nhập.',
    en: 'This account is disabled. Enable it before making a sign-in link.',
  },
  'account-needs-a-role': {
    status: 422,
    vi: 'Tài khoản phải còn ít nhất một vai trò. Nếu người này không còn làm việc, hãy khóa tài khoản.',
    en: 'The account must keep at least one role. If this person no longer works here, disable the account.',
  },
  'last-administrator': {
    status: 409,
    vi: 'Đây là người quản trị cuối cùng của địa bàn cao nhất, nên không thể khóa hay bỏ vai trò này. Hãy cử một người quản trị khác trước.',
    en: 'This is the last administrator of a top-level area, so the account cannot be disabled or lose that role. Appoint another administrator first.',
  },
  'link-after-reset': {
    status: 409,
    vi: 'Bạn đã gỡ xác thực hai lớp của tài khoản này trong 7 ngày qua, nên liên kết đăng nhập phải do người quản trị khác cấp. Nếu không có ai khác, người vận hành máy chủ có thể cấp bằng lệnh “loaxa account sign-in-link”.',
    en: 'You reset the second factor of this account within the last 7 days, so another administrator must make the sign-in link. If there is none, the operator of the server can make it with the command “loaxa account sign-in-link”.',
  },
  'reset-after-link': {
    status: 409,
    vi: 'Bạn đã cấp liên kết đăng nhập cho tài khoản này trong 7 ngày qua, nên việc gỡ xác thực hai lớp phải do người quản trị khác làm. Nếu không có ai khác, người vận hành máy chủ có thể làm bằng lệnh “loaxa account sign-in-link --reset-second-factor”.',
    en: 'You made a sign-in link for this account within the last 7 days, so another administrator must reset its second factor. If there is none, the operator of the server can do it with the command “loaxa account sign-in-link --reset-second-factor”.',
  },
} as const satisfies Record<string, ProblemText>

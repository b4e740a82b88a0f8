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
  'user-name-taken': {
    status: 409,
    vi: 'Tên đăng nhập “{userName}” đã có người dùng. Hãy chọn tên khác.',
    en: 'The user name “{userName}” is taken. Choose another one.',
  },
  'account-beyond-your-areas': {
    status: 403,
    vi: 'Tài khoản này còn có vai trò ngoài địa bàn bạn quản trị, nên bạn không thể cấp mã đăng nhập cho nó. Hãy nhờ người quản trị cấp trên.',
    en: 'This account also holds roles outside the areas you administer, so you cannot issue a sign-in code for it. Ask the administrator above you.',
  },
} as const satisfies Record<string, ProblemText>

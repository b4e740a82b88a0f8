import { airtimeProblems } from '#server/airtime/problems.ts'
import { alertsProblems } from '#server/alerts/problems.ts'
import { approvalsProblems } from '#server/approvals/problems.ts'
import { movesProblems } from '#server/areas/moves/problems.ts'
import { areasProblems } from '#server/areas/problems.ts'
import { authProblems } from '#server/auth/problems.ts'
import { broadcastsProblems } from '#server/broadcasts/problems.ts'
import { deliveryProblems } from '#server/delivery/problems.ts'
import { devicesProblems } from '#server/devices/problems.ts'
import { ledgerProblems } from '#server/ledger/problems.ts'
import { libraryProblems } from '#server/library/problems.ts'
import type { ProblemText } from './problem-text.ts'

/**
 * Every refusal a person can meet: its status and what it says, what it means and what to do. `{name}` takes a parameter.
 * Codes are stable: programs rely on them.
 */
export const problemTexts = {
  'bad-request': {
    status: 400,
    vi: 'Dữ liệu gửi lên không hợp lệ: {detail}. Hãy kiểm tra lại rồi gửi lại.',
    en: 'The data sent is not valid: {detail}. Check it and send it again.',
  },
  'nul-character': {
    status: 400,
    vi: 'Nội dung có ký tự không hợp lệ (ký tự rỗng). Hãy xóa ký tự đó rồi gửi lại.',
    en: 'The text contains a character that is not allowed (the null character). Remove it and send it again.',
  },
  'not-signed-in': {
    status: 401,
    vi: 'Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn. Hãy đăng nhập lại.',
    en: 'You are not signed in, or your session has ended. Sign in again.',
  },
  'wrong-credentials': {
    status: 401,
    vi: 'Tên đăng nhập hoặc mật khẩu không đúng.',
    en: 'The user name or the password is wrong.',
  },
  'csrf-missing': {
    status: 403,
    vi: 'Yêu cầu không đến từ trang điều khiển. Hãy tải lại trang rồi thử lại.',
    en: 'The request did not come from the console. Reload the page and try again.',
  },
  'not-allowed': {
    status: 403,
    vi: 'Tài khoản của bạn không có quyền làm việc này tại địa bàn này.',
    en: 'Your account may not do this in this area.',
  },
  'not-found': {
    status: 404,
    vi: 'Không tìm thấy nội dung này.',
    en: 'This was not found.',
  },
  'too-many-requests': {
    status: 429,
    vi: 'Quá nhiều yêu cầu trong thời gian ngắn. Hãy thử lại sau {wait}.',
    en: 'Too many requests in a short time. Try again in {wait}.',
  },
  'body-too-large': {
    status: 413,
    vi: 'Dữ liệu gửi lên quá lớn (tối đa {limit}).',
    en: 'What was sent is too large (at most {limit}).',
  },
  'unsupported-media-type': {
    status: 415,
    vi: 'Máy chủ không nhận kiểu dữ liệu này. Hãy gửi dữ liệu dạng JSON.',
    en: 'The server does not take this type of content. Send it as JSON.',
  },
  'too-many-streams': {
    status: 429,
    vi: 'Tài khoản đang mở quá nhiều trang điều khiển cùng lúc. Hãy đóng bớt các thẻ không dùng rồi tải lại trang.',
    en: 'Too many console pages are open at once. Close the ones you do not need and reload.',
  },
  'insecure-connection': {
    status: 403,
    vi: 'Kết nối không được mã hóa nên máy chủ không nhận khóa của cụm loa. Hãy dùng địa chỉ https:// của máy chủ.',
    en: 'The connection is not encrypted, so the server does not take the speaker’s secret. Use the server’s https:// address.',
  },
  'malformed-request': {
    status: 400,
    vi: 'Máy chủ không đọc được yêu cầu này vì sai quy cách. Hãy tải lại trang rồi thử lại.',
    en: 'The server cannot read this request because it is not well-formed. Reload the page and try again.',
  },
  'request-too-slow': {
    status: 408,
    vi: 'Dữ liệu gửi lên quá chậm nên máy chủ đã ngừng nhận, chưa có gì được lưu. Hãy kiểm tra mạng rồi gửi lại.',
    en: 'The data arrived too slowly, so the server stopped taking it; nothing was saved. Check the network and send it again.',
  },
  'headers-too-large': {
    status: 431,
    vi: 'Phần đầu của yêu cầu quá lớn. Hãy xóa cookie của trang này rồi thử lại.',
    en: 'The head of the request is too large. Clear this site’s cookies and try again.',
  },
  'range-not-satisfiable': {
    status: 416,
    vi: 'Phần được yêu cầu nằm ngoài tệp này. Hãy tải lại từ đầu.',
    en: 'The part asked for lies outside this file. Load it again from the beginning.',
  },
  'precondition-failed': {
    status: 412,
    vi: 'Nội dung đã khác với bản bạn đang có. Hãy tải lại rồi thử lại.',
    en: 'The content is no longer what you have. Load it again and try again.',
  },
  'changed-meanwhile': {
    status: 412,
    vi: 'Nội dung này đã được thay đổi sau khi bạn mở, nên chưa có gì được lưu. Những gì bạn nhập vẫn còn: hãy xem bản mới rồi lưu lại.',
    en: 'This was changed after you opened it, so nothing was saved. What you entered is still there: look at the new state, then save again.',
  },
  'server-stopping': {
    status: 503,
    vi: 'Máy chủ đang tắt hoặc khởi động lại nên chưa làm việc này. Hãy thử lại sau ít phút.',
    en: 'The server is stopping or starting again, so it has not done this. Try again in a few minutes.',
  },
  'internal-error': {
    status: 500,
    vi: 'Máy chủ gặp lỗi, việc bạn vừa làm có thể chưa được lưu. Hãy xem lại đã lưu chưa, rồi làm lại nếu cần; nếu vẫn lỗi hãy báo mã {requestId} cho kỹ thuật viên.',
    en: 'The server failed, and what you just did may not have been saved. Look whether it was, then do it again if needed; if it fails again give a technician the code {requestId}.',
    ofRead: {
      vi: 'Máy chủ gặp lỗi nên chưa hiển thị được nội dung này. Hãy tải lại trang; nếu vẫn lỗi hãy báo mã {requestId} cho kỹ thuật viên.',
      en: 'The server failed, so this cannot be shown. Reload the page; if it fails again give a technician the code {requestId}.',
    },
  },
  ...authProblems,
  ...areasProblems,
  ...movesProblems,
  ...devicesProblems,
  ...libraryProblems,
  ...approvalsProblems,
  ...broadcastsProblems,
  ...deliveryProblems,
  ...alertsProblems,
  ...ledgerProblems,
  ...airtimeProblems,
} as const satisfies Record<string, ProblemText>

export type ProblemCode = keyof typeof problemTexts

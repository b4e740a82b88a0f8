import type { ProblemText } from '#server/http/problem-text.ts'

/** What airtime may refuse, in both languages. */
export const airtimeProblems = {
  'airtime-range': {
    status: 422,
    vi: 'Khoảng thời gian không hợp lệ: "từ" phải trước "đến" và dài tối đa {days} ngày.',
    en: 'The range is not valid: "from" must lie before "to", at most {days} days apart.',
  },
} as const satisfies Record<string, ProblemText>

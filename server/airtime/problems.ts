import type { ProblemText } from '#server/http/problem-text.ts'

/** What airtime may refuse, in both languages. */
export const airtimeProblems = {} as const satisfies Record<string, ProblemText>

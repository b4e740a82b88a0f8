import type { ProblemText } from '#server/http/problem-text.ts'

/** What alerts may refuse, in both languages. */
export const alertsProblems = {} as const satisfies Record<string, ProblemText>

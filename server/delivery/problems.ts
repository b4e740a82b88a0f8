import type { ProblemText } from '#server/http/problem-text.ts'

/** What delivery may refuse, in both languages. */
export const deliveryProblems = {} as const satisfies Record<string, ProblemText>

import type { ProblemText } from '#server/http/problem-text.ts'

/** What areas may refuse, in both languages. */
export const areasProblems = {} as const satisfies Record<string, ProblemText>

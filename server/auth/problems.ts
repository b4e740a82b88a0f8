import type { ProblemText } from '#server/http/problem-text.ts'

/** What auth may refuse, in both languages. */
export const authProblems = {} as const satisfies Record<string, ProblemText>

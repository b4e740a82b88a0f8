import type { ProblemText } from '#server/http/problem-text.ts'

/** What library may refuse, in both languages. */
export const libraryProblems = {} as const satisfies Record<string, ProblemText>

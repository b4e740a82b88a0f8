import type { ProblemText } from '#server/http/problem-text.ts'

/** What devices may refuse, in both languages. */
export const devicesProblems = {} as const satisfies Record<string, ProblemText>

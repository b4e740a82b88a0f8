import type { ProblemText } from '#server/http/problem-text.ts'

/** What broadcasts may refuse, in both languages. */
export const broadcastsProblems = {} as const satisfies Record<string, ProblemText>

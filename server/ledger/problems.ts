import type { ProblemText } from '#server/http/problem-text.ts'

/** What ledger may refuse, in both languages. */
export const ledgerProblems = {} as const satisfies Record<string, ProblemText>

import { ApiProblem } from '../api/problem.ts'
import type { Console } from '../console.ts'

/** Drafts stay in this tab for the same person; nobody else sees them. */
export async function signOut(
  { session, toasts, router }: Console,
  where: 'here' | 'everywhere' = 'here',
): Promise<void> {
  try {
    await session.signOut(where)
    router.go('#/dang-nhap')
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(error.message, { tone: 'bad' })
  }
}

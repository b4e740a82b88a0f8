import { ApiProblem } from '../api/problem.ts'
import type { Console } from '../console.ts'

/** Drafts stay in this tab for the same person; nobody else sees them. */
export async function signOut(
  { session, live, toasts, router }: Console,
  where: 'here' | 'everywhere' = 'here',
): Promise<void> {
  // The server cuts the stream of a session that ends: here that is no lost link.
  live.stop()
  try {
    await session.signOut(where)
    router.go('#/dang-nhap')
  } catch (error) {
    live.start()
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(error.message, { tone: 'bad' })
  }
}

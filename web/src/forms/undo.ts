import { ApiProblem } from '../api/problem.ts'
import type { Console } from '../console.ts'
import { explainRollback } from './meanwhile.ts'

/** Says what was done, and takes it back when somebody wants that; then says so too. */
export function undoable(
  { i18n, toasts }: Pick<Console, 'i18n' | 'toasts'>,
  done: string,
  undo: (() => Promise<unknown>) | undefined,
  undone: string,
): void {
  const run = async (): Promise<void> => {
    try {
      await undo?.()
      toasts.show(undone)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      toasts.show(await explainRollback(i18n, error), { tone: 'bad' })
    }
  }
  toasts.show(done, undo ? { action: { label: i18n.t('act.undo'), run: () => void run() } } : {})
}

/** Does something at once; what the server refuses is said. True: it was done. */
export async function attempt(
  { i18n, toasts }: Pick<Console, 'i18n' | 'toasts'>,
  what: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await what()
    return true
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(await explainRollback(i18n, error), { tone: 'bad' })
    return false
  }
}

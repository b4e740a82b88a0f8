import { ApiProblem } from '../../api/problem.ts'
import type { Broadcast } from '../../api/types.ts'
import type { Console } from '../../console.ts'

/** Cancelling asks nothing, because it can be taken back. */
export async function cancelWithUndo(app: Console, broadcast: Pick<Broadcast, 'id' | 'title'>): Promise<void> {
  const { api, i18n, toasts } = app
  const params = { path: { id: broadcast.id } }
  const { title } = broadcast
  await orTell(app, async () => {
    await api.POST('/api/broadcasts/{id}/cancel', { params })
    toasts.show(i18n.t('schedule.cancelled', { title }), {
      action: {
        label: i18n.t('act.undo'),
        run: () =>
          void orTell(app, async () => {
            await api.POST('/api/broadcasts/{id}/restore', { params })
            toasts.show(i18n.t('schedule.restored', { title }))
          }),
      },
    })
  })
}

async function orTell({ toasts }: Console, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(error.message, { tone: 'bad' })
  }
}

import { read } from '../../api/client.ts'
import { ifMatch, ifMatchOwn, noteOwn } from '../../api/if-match.ts'
import type { Broadcast } from '../../api/types.ts'
import type { Console } from '../../console.ts'
import { orTell } from './act.ts'

/** Cancelling asks nothing, because it can be taken back. */
export async function cancelWithUndo(
  app: Console,
  broadcast: Pick<Broadcast, 'id' | 'title' | 'revision'>,
): Promise<void> {
  const { api, i18n, toasts } = app
  const path = { id: broadcast.id }
  const { title } = broadcast
  await orTell(app, async () => {
    const params = { path, header: ifMatchOwn(app, broadcast) }
    const { revision } = noteOwn(app, await read(api.POST('/api/broadcasts/{id}/cancel', { params })))
    toasts.show(i18n.t('schedule.cancelled', { title }), {
      action: {
        label: i18n.t('act.undo'),
        run: () =>
          void orTell(app, async () => {
            const back = { params: { path, header: ifMatch(revision) } }
            noteOwn(app, await read(api.POST('/api/broadcasts/{id}/restore', back)))
            toasts.show(i18n.t('schedule.restored', { title }))
          }),
      },
    })
  })
}

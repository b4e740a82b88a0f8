import type { Console } from '../../console.ts'
import type { Place } from './place.ts'
import { undoable } from './undo.ts'

/** Saves it (undefined: nobody knows any more), and offers to take that back. */
export async function savePlace(
  app: Pick<Console, 'api' | 'i18n' | 'toasts'>,
  device: { readonly id: string; readonly name: string },
  place: Place | undefined,
  before: Place | undefined,
): Promise<void> {
  const { api, i18n } = app
  const params = { path: { id: device.id } }
  const set = (to: Place | undefined) =>
    api.PATCH('/api/devices/{id}', {
      params,
      body: { latitude: to?.latitude ?? null, longitude: to?.longitude ?? null },
    })
  const { name } = device
  await set(place)
  undoable(
    app,
    i18n.t(place ? 'place.saved' : 'place.removed', { name }),
    () => set(before),
    i18n.t(before ? 'place.saved' : 'place.removed', { name }),
  )
}

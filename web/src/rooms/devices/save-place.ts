import { read } from '../../api/client.ts'
import { ifMatch } from '../../api/if-match.ts'
import type { Device } from '../../api/types.ts'
import type { Console } from '../../console.ts'
import { undoable } from '../../forms/undo.ts'
import type { Place } from './place.ts'

/** Saves it (undefined: nobody knows any more) as the tag allows, and offers to take that back. */
export async function savePlace(
  app: Pick<Console, 'api' | 'i18n' | 'toasts'>,
  device: { readonly id: string; readonly name: string },
  place: Place | undefined,
  before: Place | undefined,
  header: ReturnType<typeof ifMatch>,
): Promise<Device> {
  const { api, i18n } = app
  const path = { id: device.id }
  const set = (to: Place | undefined, header: ReturnType<typeof ifMatch>) =>
    read(
      api.PATCH('/api/devices/{id}', {
        params: { path, header },
        body: { latitude: to?.latitude ?? null, longitude: to?.longitude ?? null },
      }),
    )
  const { name } = device
  const saved = await set(place, header)
  undoable(
    app,
    i18n.t(place ? 'place.saved' : 'place.removed', { name }),
    () => set(before, ifMatch(saved.revision)),
    i18n.t(before ? 'place.saved' : 'place.removed', { name }),
  )
  return saved
}

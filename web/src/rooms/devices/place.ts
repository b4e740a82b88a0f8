import type { Console } from '../../console.ts'
import { undoable } from './undo.ts'

/** WGS 84, degrees. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** As a person types or pastes it: "22,4856; 103,9707", "22.4856, 103.9707", "22.4856 103.9707". Undefined: none. */
export function readPlace(text: string): Place | undefined {
  const parts =
    text.includes(';') || /\s/.test(text.trim())
      ? text.split(/\s*;\s*|,\s+|\s+/)
      : // One comma alone is between the two; with commas as points, a semicolon or space stands there.
        text.split(',')
  const [latitude, longitude, ...others] = parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^[+-]?\d{1,3}([.,]\d+)?$/.test(part) ? Number(part.replace(',', '.')) : Number.NaN))
  if (latitude === undefined || longitude === undefined || others.length > 0) return undefined
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}

/** Five decimals are about a metre. */
export function writePlace({ latitude, longitude }: Place, language: 'vi' | 'en'): string {
  const write = (degrees: number): string => String(Math.round(degrees * 1e5) / 1e5)
  return language === 'vi'
    ? `${write(latitude).replace('.', ',')}; ${write(longitude).replace('.', ',')}`
    : `${write(latitude)}, ${write(longitude)}`
}

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

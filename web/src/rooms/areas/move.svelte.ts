import { read } from '../../api/client.ts'
import { useAreas } from '../../areas.svelte.ts'
import { useConsole } from '../../console.ts'
import { undoable } from '../../forms/undo.ts'
import { parseDate, writeDate } from '../../time/typed.ts'
import { addDays, toLocal } from '../../time/zone.ts'
import type { Impact } from './types.ts'

/** What is asked of every move, whether of areas or of speakers. */
export interface MoveForm {
  intoId: string
  when: 'day' | 'now'
  /** As typed. */
  day: string
  reason: string
}

/** What moves, each with where it stands now; null: nowhere below anything. */
export interface Moving {
  readonly areas: readonly { readonly id: string; readonly fromId: string | null }[]
  readonly devices: readonly { readonly id: string; readonly fromId: string }[]
}

/** Back to where each stood: one move for each of the former places. */
function movesBack({ areas, devices }: Moving): ReadonlyMap<string, { areaIds: string[]; deviceIds: string[] }> {
  const back = new Map<string, { areaIds: string[]; deviceIds: string[] }>()
  const placeOf = (fromId: string) => {
    const place = back.get(fromId) ?? { areaIds: [], deviceIds: [] }
    back.set(fromId, place)
    return place
  }
  for (const { id, fromId } of areas) if (fromId !== null) placeOf(fromId).areaIds.push(id)
  for (const { id, fromId } of devices) placeOf(fromId).deviceIds.push(id)
  return back
}

/**
 * A move is looked at before it is saved: what no longer fits is shown first, and an edit after that is looked at again.
 * To be called while a component is being set up.
 */
export function useMove(form: () => MoveForm, moving: () => Moving) {
  const app = useConsole()
  const { api, clock, i18n } = app
  const areas = useAreas()
  let checked = $state.raw<{ asked: string; impact: Impact; devices: number } | undefined>(undefined)

  const zone = $derived(areas.byId(form().intoId)?.timeZone ?? i18n.timeZone)
  const today = $derived(toLocal(clock.nowMs, zone).date)
  const tomorrow = $derived(addDays(today, 1))
  const day = $derived(parseDate(form().day, today))
  const mistake = $derived(
    form().when === 'now'
      ? undefined
      : day === undefined
        ? ('period.bad' as const)
        : day < tomorrow
          ? ('period.past' as const)
          : undefined,
  )
  const body = $derived({
    areaIds: moving().areas.map(({ id }) => id),
    deviceIds: moving().devices.map(({ id }) => id),
    intoId: form().intoId,
    from: form().when === 'now' ? 'now' : (day ?? ''),
  })
  const asked = $derived(JSON.stringify(body))
  const found = $derived(checked?.asked === asked ? checked : undefined)

  return {
    /** Why the typed day cannot be taken. */
    get mistake() {
      return mistake
    },
    /** What was found out about just this move; undefined: it is to be looked at first. */
    get found(): { readonly impact: Impact; readonly devices: number } | undefined {
      return found
    },
    /** Looks at it; once it was looked at, does it. True: it is done, or planned. Throws what the server refuses. */
    async send(): Promise<boolean> {
      if (mistake) return false
      const reason = form().reason.trim()
      if (found === undefined) {
        const of = asked
        const { devices, ...impact } = await read(api.POST('/api/moves/check', { body: { ...body, reason } }))
        checked = { asked: of, impact, devices }
        return false
      }
      const before = moving()
      const made = await read(api.POST('/api/moves', { body: { ...body, reason } }))
      const takeBack = async (): Promise<void> => {
        if (made.state === 'planned') {
          await read(api.POST('/api/moves/{id}/cancel', { params: { path: { id: made.id } } }))
          return
        }
        for (const [intoId, what] of movesBack(before)) {
          const again = { ...what, intoId, from: 'now', reason: i18n.t('moves.backReason', { reason }).slice(0, 500) }
          await read(api.POST('/api/moves', { body: again }))
        }
      }
      const isPlanned = made.state === 'planned'
      const hasBack = isPlanned || movesBack(before).size > 0
      undoable(
        app,
        i18n.t(isPlanned ? 'moves.planned' : 'moves.done'),
        hasBack ? takeBack : undefined,
        i18n.t(isPlanned ? 'moves.cancelled' : 'moves.back'),
      )
      return true
    },
  }
}

/** Tomorrow, as people write it. */
export const dayAfter = (nowMs: number, timeZone: string): string =>
  writeDate(addDays(toLocal(nowMs, timeZone).date, 1))

import { read } from '../../api/client.ts'
import type { Broadcast, Occurrence } from '../../api/types.ts'
import { useConsole } from '../../console.ts'
import { useResource } from '../../resource.svelte.ts'

/** The server counts for so many at once. */
const mostCounted = 50
/** Speakers report all the time; their sum is worth a look every so often. */
const restMs = 10_000

/** How many speakers hold what comes next of each series already, by occurrence. To be made while a component is being set up. */
export function useReadiness(
  occurrences: () => readonly Occurrence[],
  isWanted: () => boolean,
): { readonly of: ReadonlyMap<string, Broadcast['readiness']> } {
  const { api } = useConsole()
  const ids = $derived.by(() => {
    if (!isWanted()) return ''
    const coming = occurrences().filter(({ state }) => state === 'planned')
    const next = [...new Set(coming.map(({ broadcastId }) => broadcastId))].slice(0, mostCounted)
    return next.sort().join(',')
  })
  const series = useResource(
    () => (ids === '' ? undefined : read(api.GET('/api/broadcasts', { params: { query: { ids } } }))),
    ['broadcasts', 'devices'],
    { restMs },
  )
  const of = $derived.by(() => {
    const next = new Map((series.data ?? []).map((one) => [`${one.id} ${one.nextStartAt}`, one.readiness]))
    return new Map(
      occurrences().flatMap((one) => {
        const counts = next.get(`${one.broadcastId} ${one.startAt}`)
        return counts && one.state === 'planned' ? [[one.id, counts] as const] : []
      }),
    )
  })
  return {
    get of() {
      return of
    },
  }
}

import { read } from '../../api/client.ts'
import type { components, paths } from '../../api/schema.d.ts'
import { useConsole } from '../../console.ts'
import { useResource } from '../../resource.svelte.ts'

export type BroadcastCheck = components['schemas']['BroadcastCheck']
export type Asked = paths['/api/broadcasts/check']['post']['requestBody']['content']['application/json']

/** What the plan as it is typed would do, as the server says it. To be made while a component is being set up. */
export interface LiveCheck {
  /** Of what stands in the form now; undefined while it is asked, or while there is nothing whole to ask about. */
  readonly answer: BroadcastCheck | undefined
  readonly isAsking: boolean
  /** Why the server would not plan this at all. */
  readonly problem: string | undefined
}

const typingMs = 300
/** Others' changes come in storms; one look at the plan every so often is enough. */
const restMs = 2_000

/**
 * Asked again soon after each change of what `ask` gives and when others change the plan; what is outdated is given up.
 *
 * @param isHeld while it is being saved nothing is asked: the server would say that it is there already
 */
export function useCheck(ask: () => Asked | undefined, isHeld: () => boolean): LiveCheck {
  const { api } = useConsole()
  const wanted = $derived(JSON.stringify(ask()))
  let settled = $state<string | undefined>(undefined)
  let running: AbortController | undefined
  $effect(() => {
    const next = wanted
    const timer = setTimeout(() => {
      settled = next
    }, typingMs)
    return () => clearTimeout(timer)
  })
  $effect(() => () => running?.abort())
  const resource = useResource(
    () => {
      if (isHeld()) return undefined
      running?.abort()
      if (settled === undefined) return undefined
      const about = settled
      running = new AbortController()
      const body: Asked = JSON.parse(about)
      const call = api.POST('/api/broadcasts/check', { body, signal: running.signal })
      return read(call).then((answer) => ({ about, answer }))
    },
    ['broadcasts', 'occurrences'],
    { restMs },
  )
  const isCurrent = $derived(wanted !== undefined && wanted === settled)
  return {
    get answer() {
      return isCurrent && resource.data?.about === wanted && !resource.problem ? resource.data?.answer : undefined
    },
    get isAsking() {
      return wanted !== undefined && (!isCurrent || resource.isLoading)
    },
    get problem() {
      return isCurrent && !resource.isLoading ? resource.problem?.message : undefined
    },
  }
}

import { untrack } from 'svelte'
import { ApiProblem, isCancelled } from './api/problem.ts'
import { useConsole } from './console.ts'
import type { ListKind } from './live/live.svelte.ts'

export interface Resource<T> {
  /** The last good answer; kept while a newer one is on its way or failed. */
  readonly data: T | undefined
  readonly problem: ApiProblem | undefined
  readonly isLoading: boolean
  reload(): void
}

/** Many devices change at once (a broadcast starts): one reading is enough for all of it. */
const gatherMs = 150

/**
 * What a room shows: read at once, again when what `load` depends on changes, and again whenever anybody or any device
 * changes one of the `kinds`: soon after the first change, and at most once in `restMs` while changes go on (a function: what
 * is large rests longer). To be called while a component is being set up.
 */
export function useResource<T>(
  load: () => Promise<T> | undefined,
  kinds: readonly ListKind[],
  { restMs = 0 }: { restMs?: number | (() => number) } = {},
): Resource<T> {
  const { live, session } = useConsole()
  let data = $state.raw<T | undefined>(undefined)
  let problem = $state.raw<ApiProblem | undefined>(undefined)
  let isLoading = $state(true)
  let newest = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let readAtMs = Number.NEGATIVE_INFINITY

  const take = async (answer: Promise<T> | undefined): Promise<void> => {
    const turn = ++newest
    if (!answer) return
    isLoading = true
    readAtMs = performance.now()
    try {
      const got = await answer
      if (turn !== newest) return
      data = got
      problem = undefined
      isLoading = false
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      // Given up with the session: it is read anew, and still waited for, when there is one again.
      if (turn !== newest || isCancelled(error)) return
      problem = error
      isLoading = false
    }
  }
  const reload = (): void => {
    // Not put off by what comes meanwhile: a storm of changes must not keep the page old for ever.
    timer ??= setTimeout(
      () => {
        timer = undefined
        if (session.state === 'signed-in') void take(untrack(load))
      },
      Math.max(gatherMs, readAtMs + (typeof restMs === 'number' ? restMs : untrack(restMs)) - performance.now()),
    )
  }
  $effect(() => {
    if (session.state !== 'signed-in') return
    void take(load())
  })
  $effect(() => {
    const stop = live.subscribe((news) => {
      if (
        news.kind === 'reopened'
          ? problem !== undefined
          : news.kind === 'everything' || kinds.some((kind) => kind === news.kind)
      )
        reload()
    })
    return () => {
      stop()
      clearTimeout(timer)
      timer = undefined
      newest++
    }
  })
  return {
    get data() {
      return data
    },
    get problem() {
      return problem
    },
    get isLoading() {
      return isLoading
    },
    reload,
  }
}

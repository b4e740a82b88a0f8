import { read } from '../../api/client.ts'
import type { Topic } from '../../api/types.ts'
import { useConsole } from '../../console.ts'
import { useResource } from '../../resource.svelte.ts'

export interface Topics {
  readonly all: readonly Topic[]
  name(code: string): string
}

export function useTopics(): Topics {
  const { api, i18n } = useConsole()
  const resource = useResource(() => read(api.GET('/api/topics')), [])
  return {
    get all() {
      return resource.data ?? []
    },
    name: (code) => (resource.data ?? []).find((topic) => topic.code === code)?.name[i18n.language] ?? '',
  }
}

import { createContext } from 'svelte'
import { read } from './api/client.ts'
import type { Area } from './api/types.ts'
import { useConsole } from './console.ts'
import { useResource } from './resource.svelte.ts'

export interface Areas {
  /** In the order of the tree: every area directly before what lies below it. */
  readonly all: readonly Area[]
  /** The topmost one this person works in. */
  readonly home: Area | undefined
  byId(id: string): Area | undefined
}

const [useAreas, setAreas] = createContext<Areas>()

export { useAreas }

/** Nearly every room needs the tree; it is read once and follows changes. */
export function provideAreas(): Areas {
  const { api, i18n } = useConsole()
  const resource = useResource(() => read(api.GET('/api/areas')), ['areas', 'devices'])
  const all = $derived(inTreeOrder(resource.data ?? [], i18n.language))
  return setAreas({
    get all() {
      return all
    },
    get home() {
      return all[0]
    },
    byId: (id) => all.find((area) => area.id === id),
  })
}

/** "Xã Hòa Bình" within a sentence: "Toàn xã Hòa Bình". Only the word for its kind becomes small. */
export function withinSentence(areaName: string): string {
  return areaName.replace(/^(Xã|Phường|Thị trấn|Đặc khu|Tỉnh|Thành phố)(?=\s)/, (kind) => kind.toLowerCase())
}

/** Siblings by name, as the reader's language sorts. Roots are areas whose parent is not among them. */
export function inTreeOrder(areas: readonly Area[], language: string): Area[] {
  const collator = new Intl.Collator(language, { numeric: true })
  const known = new Set(areas.map((area) => area.id))
  const below = (parentId: string | null): Area[] =>
    areas
      .filter((area) => (area.parentId !== null && known.has(area.parentId) ? area.parentId : null) === parentId)
      .sort((a, b) => collator.compare(a.name, b.name))
      .flatMap((area) => [area, ...below(area.id)])
  return below(null)
}

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
  // Devices come and go all the time in a province; their counts may be a second old.
  const resource = useResource(() => read(api.GET('/api/areas')), ['areas', 'devices'], { restMs: 1_000 })
  const all = $derived(inTreeOrder(resource.data ?? [], i18n.language))
  const byId = $derived(new Map(all.map((area) => [area.id, area])))
  return setAreas({
    get all() {
      return all
    },
    get home() {
      return all[0]
    },
    byId: (id) => byId.get(id),
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
  const below = new Map<string | null, Area[]>()
  for (const area of areas) {
    const parentId = area.parentId !== null && known.has(area.parentId) ? area.parentId : null
    const siblings = below.get(parentId)
    if (siblings) siblings.push(area)
    else below.set(parentId, [area])
  }
  const inOrder = (parentId: string | null): Area[] =>
    (below.get(parentId) ?? [])
      .sort((a, b) => collator.compare(a.name, b.name))
      .flatMap((area) => [area, ...inOrder(area.id)])
  return inOrder(null)
}

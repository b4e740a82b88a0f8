export const textSizes = ['normal', 'large', 'larger'] as const
export type TextSize = (typeof textSizes)[number]

/** How somebody likes the console on this PC or phone; kept there, for whoever uses it. */
export interface Preferences {
  textSize: TextSize
  /** Slug of the room that opens first; a room that one may not enter is none. */
  startRoom: string
  /** Keys that do something while nobody types. Some people must be able to turn them off (WCAG 2.1.4). */
  hasShortcuts: boolean
}

const keys = { textSize: 'loaxa.textSize', startRoom: 'loaxa.start', shortcuts: 'loaxa.shortcuts' } as const

export function createPreferences(storage: Storage, root: HTMLElement): Preferences {
  const kept = textSizes.find((size) => size === storage.getItem(keys.textSize)) ?? 'normal'
  let textSize = $state(kept)
  let startRoom = $state(storage.getItem(keys.startRoom) ?? '')
  let hasShortcuts = $state(storage.getItem(keys.shortcuts) !== 'off')
  root.dataset.text = kept
  return {
    get textSize() {
      return textSize
    },
    set textSize(size) {
      textSize = size
      root.dataset.text = size
      storage.setItem(keys.textSize, size)
    },
    get startRoom() {
      return startRoom
    },
    set startRoom(slug) {
      startRoom = slug
      storage.setItem(keys.startRoom, slug)
    },
    get hasShortcuts() {
      return hasShortcuts
    },
    set hasShortcuts(has) {
      hasShortcuts = has
      storage.setItem(keys.shortcuts, has ? 'on' : 'off')
    },
  }
}

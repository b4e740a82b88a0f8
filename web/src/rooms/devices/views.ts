/** The parts of the room by its address, each loaded when wanted. */
export const views = {
  /** `#/cum-loa` */
  list: () => import('./DeviceList.svelte'),
  /** `#/cum-loa/ban-do` */
  map: () => import('./SpeakerMap.svelte'),
  /** `#/cum-loa/nhom` */
  groups: () => import('./Groups.svelte'),
  /** `#/cum-loa/<id>/tai-cot` */
  pole: () => import('./PolePage.svelte'),
  /** `#/cum-loa/<id>` */
  one: () => import('./DevicePage.svelte'),
}

export function viewOf([, first, second]: readonly string[]): keyof typeof views {
  if (first === undefined) return 'list'
  if (first === 'ban-do') return 'map'
  if (first === 'nhom') return 'groups'
  return second === 'tai-cot' ? 'pole' : 'one'
}

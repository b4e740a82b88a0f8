import type { Key } from '../i18n/translate.ts'
import type { Action } from '../session.svelte.ts'
import type { IconName } from '../ui/icons.ts'

export interface Room {
  /** First part of the address. */
  readonly slug: string
  readonly name: Extract<Key, `room.${string}`>
  readonly icon: IconName
  /** Shown in the navigation of those who may do this; without it, of everybody. */
  readonly action?: Action
  /** The phone's tab bar has room for five: those with the lowest rank that the person may enter. */
  readonly tabRank: number
}

/** The rooms as navigation knows them; `room-pages.ts` knows what is in them. */
export const rooms: readonly Room[] = [
  { slug: 'hom-nay', name: 'room.today', icon: 'home', tabRank: 1 },
  {
    slug: 'lich-phat',
    name: 'room.schedule',
    icon: 'calendar',
    tabRank: 2,
  },
  {
    slug: 'thu-vien',
    name: 'room.library',
    icon: 'music',
    tabRank: 3,
  },
  {
    slug: 'cho-duyet',
    name: 'room.approvals',
    icon: 'approve',
    action: 'library.approve',
    tabRank: 4,
  },
  {
    slug: 'cum-loa',
    name: 'room.devices',
    icon: 'speaker',
    tabRank: 5,
  },
  {
    slug: 'thoi-luong',
    name: 'room.airtime',
    icon: 'chart',
    tabRank: 6,
  },
  {
    slug: 'nguoi-dung',
    name: 'room.people',
    icon: 'people',
    action: 'accounts.manage',
    tabRank: 7,
  },
  {
    slug: 'dia-ban',
    name: 'room.areas',
    icon: 'pin',
    tabRank: 9,
  },
  {
    slug: 'nhat-ky',
    name: 'room.audit',
    icon: 'log',
    action: 'audit.read',
    tabRank: 8,
  },
]

const mostTabs = 5

/** What fits into the phone's tab bar, in the order of the sidebar, and what the account's menu offers instead. */
export function splitForPhone(visible: readonly Room[]): { tabs: Room[]; others: Room[] } {
  const first = new Set([...visible].sort((a, b) => a.tabRank - b.tabRank).slice(0, mostTabs))
  return { tabs: visible.filter((room) => first.has(room)), others: visible.filter((room) => !first.has(room)) }
}

import type { Component } from 'svelte'
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
  /** In the phone's tab bar, which has room for five. */
  readonly isTab: boolean
  readonly load: () => Promise<{ default: Component }>
}

/** Every room is loaded when it is first entered. */
export const rooms: readonly Room[] = [
  { slug: 'hom-nay', name: 'room.today', icon: 'home', isTab: true, load: () => import('../rooms/today/Today.svelte') },
  {
    slug: 'lich-phat',
    name: 'room.schedule',
    icon: 'calendar',
    isTab: true,
    load: () => import('../rooms/schedule/Schedule.svelte'),
  },
  {
    slug: 'thu-vien',
    name: 'room.library',
    icon: 'music',
    isTab: true,
    load: () => import('../rooms/library/Library.svelte'),
  },
  {
    slug: 'cho-duyet',
    name: 'room.approvals',
    icon: 'approve',
    action: 'library.approve',
    isTab: false,
    load: () => import('../rooms/library/Approvals.svelte'),
  },
  {
    slug: 'cum-loa',
    name: 'room.devices',
    icon: 'speaker',
    isTab: true,
    load: () => import('../rooms/devices/Devices.svelte'),
  },
  {
    slug: 'thoi-luong',
    name: 'room.airtime',
    icon: 'chart',
    isTab: true,
    load: () => import('../rooms/airtime/Airtime.svelte'),
  },
  {
    slug: 'nguoi-dung',
    name: 'room.people',
    icon: 'people',
    action: 'accounts.manage',
    isTab: false,
    load: () => import('../rooms/people/People.svelte'),
  },
]

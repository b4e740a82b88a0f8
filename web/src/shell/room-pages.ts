import type { Component } from 'svelte'
import type { Console } from '../console.ts'
import { helpWords } from '../help/load.ts'
import type { RoomWords } from '../i18n/i18n.svelte.ts'
import { viewOf, views } from '../rooms/devices/views.ts'
import type { RoomSlug } from './slugs.ts'

type Page = () => Promise<{ default: Component }>

/** What is in a room: loaded when it is first entered. Kept apart from the list, so that a page may show the list. */
const pages: Readonly<Record<RoomSlug, Page>> = {
  'hom-nay': () => import('../rooms/today/TodayRoom.svelte'),
  'lich-phat': () => import('../rooms/schedule/ScheduleRoom.svelte'),
  'thu-vien': () => import('../rooms/library/Library.svelte'),
  'cho-duyet': () => import('../rooms/approvals/Approvals.svelte'),
  'cum-loa': () => import('../rooms/devices/Devices.svelte'),
  'thoi-luong': () => import('../rooms/airtime/Airtime.svelte'),
  'nhat-ky': () => import('../rooms/audit/Audit.svelte'),
  'tai-khoan': () => import('../rooms/account/MyAccount.svelte'),
  'nguoi-dung': () => import('../rooms/people/People.svelte'),
  'dia-ban': () => import('../rooms/areas/Areas.svelte'),
  'cai-dat': () => import('../rooms/settings/Settings.svelte'),
  'tro-giup': () => import('../rooms/help/Help.svelte'),
}
const roomPages: ReadonlyMap<string, Page> = new Map<string, Page>(Object.entries(pages))

const airtimeWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/airtime.ts')).airtime,
  en: async () => (await import('../i18n/en/airtime.ts')).airtime,
}

const auditWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/audit.ts')).audit,
  en: async () => (await import('../i18n/en/audit.ts')).audit,
}

const speakerWords: RoomWords = {
  vi: async () => {
    const [own, shared, suspended] = await Promise.all([
      import('../i18n/vi/speakers.ts'),
      import('../i18n/vi/moves.ts'),
      import('../i18n/vi/suspend.ts'),
    ])
    return { ...own.speakers, ...shared.moves, ...suspended.suspend }
  },
  en: async () => {
    const [own, shared, suspended] = await Promise.all([
      import('../i18n/en/speakers.ts'),
      import('../i18n/en/moves.ts'),
      import('../i18n/en/suspend.ts'),
    ])
    return { ...own.speakers, ...shared.moves, ...suspended.suspend }
  },
}

const libraryWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/library-room.ts')).libraryRoom,
  en: async () => (await import('../i18n/en/library-room.ts')).libraryRoom,
}

const approvalWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/approvals.ts')).approvals,
  en: async () => (await import('../i18n/en/approvals.ts')).approvals,
}

const areaWords: RoomWords = {
  vi: async () => {
    const [own, shared, suspended] = await Promise.all([
      import('../i18n/vi/areas.ts'),
      import('../i18n/vi/moves.ts'),
      import('../i18n/vi/suspend.ts'),
    ])
    return { ...own.areas, ...shared.moves, ...suspended.suspend }
  },
  en: async () => {
    const [own, shared, suspended] = await Promise.all([
      import('../i18n/en/areas.ts'),
      import('../i18n/en/moves.ts'),
      import('../i18n/en/suspend.ts'),
    ])
    return { ...own.areas, ...shared.moves, ...suspended.suspend }
  },
}

const scheduleWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/schedule-room.ts')).scheduleRoom,
  en: async () => (await import('../i18n/en/schedule-room.ts')).scheduleRoom,
}

const peopleWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/people.ts')).people,
  en: async () => (await import('../i18n/en/people.ts')).people,
}

const both = (one: RoomWords, other: RoomWords): RoomWords => ({
  vi: async () => Object.assign({}, ...(await Promise.all([one.vi(), other.vi()]))),
  en: async () => Object.assign({}, ...(await Promise.all([one.en(), other.en()]))),
})

/** Words that come with a room. */
const roomWords: ReadonlyMap<string, RoomWords> = new Map([
  ['thoi-luong', airtimeWords],
  ['nhat-ky', both(auditWords, peopleWords)],
  ['nguoi-dung', peopleWords],
  ['tai-khoan', peopleWords],
  ['cai-dat', helpWords],
  ['tro-giup', helpWords],
  ['dia-ban', areaWords],
  ['thu-vien', both(libraryWords, approvalWords)],
  ['cho-duyet', approvalWords],
  ['cum-loa', speakerWords],
  ['lich-phat', scheduleWords],
])

/** What a page within a room needs beyond the room. */
const inner: ReadonlyMap<string, (path: readonly string[]) => Promise<unknown>> = new Map([
  ['cum-loa', (path: readonly string[]) => views[viewOf(path)]()],
])

/** What fetches all that the page of an address needs, at once. Undefined: there is no such room. */
export function pageAt(path: readonly string[], i18n: Console['i18n']): Page | undefined {
  const [slug = ''] = path
  const page = roomPages.get(slug)
  const words = roomWords.get(slug)
  return (
    page &&
    (async () => {
      const [loaded] = await Promise.all([page(), words && i18n.addWords(words), inner.get(slug)?.(path)])
      return loaded
    })
  )
}

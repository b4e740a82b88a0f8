import type { Component } from 'svelte'
import type { RoomWords } from '../i18n/i18n.svelte.ts'

type Page = () => Promise<{ default: Component }>

/** What is in a room: loaded when it is first entered. Kept apart from the list, so that a page may show the list. */
export const roomPages: ReadonlyMap<string, Page> = new Map<string, Page>([
  ['hom-nay', () => import('../rooms/today/Today.svelte')],
  ['lich-phat', () => import('../rooms/schedule/Schedule.svelte')],
  ['thu-vien', () => import('../rooms/library/Library.svelte')],
  ['cho-duyet', () => import('../rooms/library/Approvals.svelte')],
  ['cum-loa', () => import('../rooms/devices/Devices.svelte')],
  ['thoi-luong', () => import('../rooms/airtime/Airtime.svelte')],
  ['nhat-ky', () => import('../rooms/audit/Audit.svelte')],
  ['tai-khoan', () => import('../rooms/account/MyAccount.svelte')],
  ['nguoi-dung', () => import('../rooms/people/People.svelte')],
  ['dia-ban', () => import('../rooms/areas/Areas.svelte')],
])

const airtimeWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/airtime.ts')).airtime,
  en: async () => (await import('../i18n/en/airtime.ts')).airtime,
}

const auditWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/audit.ts')).audit,
  en: async () => (await import('../i18n/en/audit.ts')).audit,
}

const speakerWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/speakers.ts')).speakers,
  en: async () => (await import('../i18n/en/speakers.ts')).speakers,
}

const libraryWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/library-room.ts')).libraryRoom,
  en: async () => (await import('../i18n/en/library-room.ts')).libraryRoom,
}

const areaWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/areas.ts')).areas,
  en: async () => (await import('../i18n/en/areas.ts')).areas,
}

const scheduleWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/schedule-room.ts')).scheduleRoom,
  en: async () => (await import('../i18n/en/schedule-room.ts')).scheduleRoom,
}

/** Words that come with a room. */
export const roomWords: ReadonlyMap<string, RoomWords> = new Map([
  ['thoi-luong', airtimeWords],
  ['nhat-ky', auditWords],
  ['dia-ban', areaWords],
  ['thu-vien', libraryWords],
  ['cum-loa', speakerWords],
  ['lich-phat', scheduleWords],
])

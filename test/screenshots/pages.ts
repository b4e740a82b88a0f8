import type { Page } from '@playwright/test'
import type { PicturedWorld } from './world.ts'

export interface PicturedPage {
  /** First part of the picture's file name. */
  readonly name: string
  readonly hash: string
  readonly isSignedOut?: boolean
  /** What a person does on the page before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** Every page of the console that has an address of its own. */
export function pictures(world: PicturedWorld): readonly PicturedPage[] {
  const [device] = world.devices
  const [bulletin] = world.bulletins
  return [
    { name: 'sign-in', hash: '#/hom-nay', isSignedOut: true },
    { name: 'today', hash: '#/hom-nay' },
    { name: 'schedule', hash: '#/lich-phat' },
    { name: 'schedule-add', hash: '#/lich-phat?them=1' },
    { name: 'schedule-next-day', hash: '#/lich-phat?xemTruoc=1' },
    { name: 'library', hash: '#/thu-vien' },
    { name: 'library-new', hash: '#/thu-vien/moi' },
    { name: 'bulletin', hash: `#/thu-vien/${bulletin?.id ?? ''}` },
    { name: 'programmes', hash: '#/thu-vien/chuong-trinh' },
    { name: 'approvals', hash: '#/cho-duyet' },
    { name: 'speakers', hash: '#/cum-loa' },
    { name: 'speakers-map', hash: '#/cum-loa/ban-do' },
    { name: 'speaker-groups', hash: '#/cum-loa/nhom' },
    { name: 'speaker', hash: `#/cum-loa/${device?.id ?? ''}` },
    { name: 'speaker-coming', hash: `#/cum-loa/${device?.id ?? ''}?phan=sap-phat` },
    { name: 'speaker-played', hash: `#/cum-loa/${device?.id ?? ''}?phan=da-phat` },
    { name: 'speaker-health', hash: `#/cum-loa/${device?.id ?? ''}?phan=suc-khoe` },
    { name: 'speaker-at-the-pole', hash: `#/cum-loa/${device?.id ?? ''}/tai-cot` },
    { name: 'speaker-add', hash: '#/cum-loa?them=1' },
    { name: 'airtime', hash: '#/thoi-luong' },
    { name: 'areas', hash: '#/dia-ban' },
    { name: 'area', hash: `#/dia-ban/${world.communeId}` },
    { name: 'people', hash: '#/nguoi-dung' },
    { name: 'audit', hash: '#/nhat-ky' },
    { name: 'account', hash: '#/tai-khoan' },
    { name: 'no-such-page', hash: '#/khong-co' },
  ]
}

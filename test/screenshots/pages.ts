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
    { name: 'library', hash: '#/thu-vien' },
    { name: 'library-new', hash: '#/thu-vien/moi' },
    { name: 'bulletin', hash: `#/thu-vien/${bulletin?.id ?? ''}` },
    { name: 'approvals', hash: '#/cho-duyet' },
    { name: 'speakers', hash: '#/cum-loa' },
    { name: 'speaker', hash: `#/cum-loa/${device?.id ?? ''}` },
    { name: 'speaker-add', hash: '#/cum-loa?them=1' },
    { name: 'airtime', hash: '#/thoi-luong' },
    { name: 'people', hash: '#/nguoi-dung' },
    { name: 'audit', hash: '#/nhat-ky' },
    { name: 'account', hash: '#/tai-khoan' },
    { name: 'no-such-page', hash: '#/khong-co' },
  ]
}

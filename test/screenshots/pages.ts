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
    { name: 'schedule-order', hash: '#/lich-phat/thu-tu' },
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
    { name: 'speaker-group-add', hash: '#/cum-loa/nhom?them=1' },
    { name: 'speakers-bulk', hash: '#/cum-loa', prepare: selectSpeakers },
    { name: 'speaker-move', hash: `#/cum-loa/${device?.id ?? ''}`, prepare: pressFirst(/^(Chuyển địa bàn|Move)$/) },
    { name: 'airtime', hash: '#/thoi-luong' },
    { name: 'airtime-by-day', hash: '#/thoi-luong?ky=month&theo=day' },
    { name: 'airtime-by-topic', hash: '#/thoi-luong?ky=month&theo=topic' },
    { name: 'airtime-plays', hash: `#/thoi-luong?ky=month&loa=${device?.id ?? ''}` },
    { name: 'airtime-download', hash: '#/thoi-luong', prepare: pressFirst(/^(Tải về|Download)$/) },
    { name: 'areas', hash: '#/dia-ban' },
    { name: 'area-add', hash: '#/dia-ban?them=1' },
    { name: 'moves', hash: '#/dia-ban/chuyen' },
    { name: 'move-plan', hash: '#/dia-ban/chuyen?them=1' },
    { name: 'area', hash: `#/dia-ban/${world.communeId}` },
    { name: 'people', hash: '#/nguoi-dung' },
    { name: 'people-invite', hash: '#/nguoi-dung?them=1' },
    { name: 'person', hash: `#/nguoi-dung/${world.personId}` },
    { name: 'audit', hash: '#/nhat-ky' },
    {
      name: 'audit-entry',
      hash: '#/nhat-ky',
      prepare: async (page) => {
        await page.locator('details.entry > summary').nth(1).click()
      },
    },
    { name: 'account', hash: '#/tai-khoan' },
    { name: 'password', hash: '#/mat-khau' },
    { name: 'settings', hash: '#/cai-dat' },
    { name: 'help', hash: '#/tro-giup' },
    { name: 'help-glossary', hash: '#/tro-giup/tu-ngu' },
    { name: 'help-shortcuts', hash: '#/tro-giup/phim-tat' },
    {
      name: 'help-panel',
      hash: '#/lich-phat',
      prepare: async (page) => {
        await page.locator('#page-help').click()
        await page.locator('dialog h2').waitFor()
      },
    },
    { name: 'no-such-page', hash: '#/khong-co' },
  ]
}

const pressFirst =
  (name: RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('button', { name }).first().click()

async function selectSpeakers(page: Page): Promise<void> {
  await page.getByRole('checkbox').first().check()
}

import { z } from 'zod'
import { account, invitedAccount } from '#server/auth/schemas.ts'
import type { ApiClient } from '../../../tools/api-client.ts'
import type { Visitor } from './browser.ts'

/** The administrator whom `makeCommune` makes signs in with the password. */
export async function signInAsAdministrator({ page }: Visitor, language: 'vi' | 'en' = 'vi'): Promise<void> {
  const words = { vi: ['Tên đăng nhập', 'Mật khẩu', 'Đăng nhập'], en: ['User name', 'Password', 'Sign in'] } as const
  const [userName, password, act] = words[language]
  await page.goto('/#/hom-nay')
  await page.getByLabel(userName).fill('quantri')
  await page.getByLabel(password, { exact: true }).fill('một mật khẩu rất dài')
  await page.getByRole('button', { name: act, exact: true }).click()
  await page.getByRole('navigation').first().waitFor({ state: 'attached' })
}

/**
 * Signs somebody in by a fresh one-time link, as if it had been sent to them, and shows `#/hom-nay`. The link ends the
 * person's other sessions.
 */
export async function signInAs(visitor: Visitor, administrator: ApiClient, userName: string): Promise<void> {
  const accounts = await administrator.get('/api/accounts', z.array(account))
  const found = accounts.find((one) => one.userName === userName)
  if (found === undefined) throw new Error(`no account ${userName}`)
  const { signInCode } = await administrator.post(`/api/accounts/${found.id}/sign-in-code`, {}, invitedAccount)
  await visitor.page.goto(`/#/dang-nhap/${signInCode}`)
  await visitor.page.waitForURL(/#\/(mat-khau|hom-nay)$/)
  await goTo(visitor, '#/hom-nay')
}

/** Goes to a room by its address and waits until it shows. */
export async function goTo(visitor: Visitor, hash: string): Promise<void> {
  await visitor.page.goto(`/${hash}`)
  await visitor.page.locator('#page-title').waitFor()
}

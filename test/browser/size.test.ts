import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, visit } from './support/browser.ts'
import { signInAsAdministrator } from './support/people.ts'
import { countScripts } from './support/scripts.ts'

/** What an old PC behind a village line has to load; pages.test.ts holds every other page to its size. */
describe('size', () => {
  const assets = path.resolve(import.meta.dirname, '../../dist/console/assets')
  const kib = 1024
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    await makeCommune(server)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('signing in and today take at most 60 KiB of script, in few pieces', async () => {
    const visitor = await visit(browser, server.url)
    const scripts = countScripts(visitor.page)
    await signInAsAdministrator(visitor)
    await expect(visitor.page.getByText('Ba bước đến buổi phát đầu tiên')).toBeVisible()
    const size = await scripts.take()
    expect(size).toBeGreaterThan(20)
    expect(size).toBeLessThan(60)
    // Each piece of the first page is a turn on a slow line, of which a browser has six at a time.
    const first = await readFile(path.join(assets, '../index.html'), 'utf8')
    expect(first.match(/<script|rel="(modulepreload|stylesheet)"/g)?.length).toBeLessThanOrEqual(4)
    visitor.assertClean()
  })

  test('the fonts are at most 70 KiB', async () => {
    const fonts = (await readdir(assets)).filter((name) => name.endsWith('.woff2'))
    const sizes = await Promise.all(fonts.map(async (name) => (await readFile(path.join(assets, name))).length))
    expect(fonts).toHaveLength(4)
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(70 * kib)
  })
})

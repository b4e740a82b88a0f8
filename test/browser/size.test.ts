import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, visit } from './support/browser.ts'
import { signInAsAdministrator } from './support/people.ts'

/** What an old PC behind a village line has to load. */
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

  const gzippedBytes = async (name: string): Promise<number> =>
    gzipSync(await readFile(path.join(assets, name)), { level: 9 }).length

  test('signing in and today take at most 60 KiB of script; nothing comes from another host', async () => {
    const visitor = await visit(browser, server.url)
    const scripts = new Set<string>()
    const hosts = new Set<string>()
    visitor.page.on('request', (request) => {
      const { host, pathname, protocol } = new URL(request.url())
      if (protocol !== 'data:') hosts.add(host)
      if (pathname.endsWith('.js')) scripts.add(path.basename(pathname))
    })
    await signInAsAdministrator(visitor)
    await expect(visitor.page.getByText('Ba bước đến buổi phát đầu tiên')).toBeVisible()
    const sizes = await Promise.all([...scripts].map(gzippedBytes))
    expect(scripts.size).toBeGreaterThan(3)
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(60 * kib)
    expect([...hosts]).toEqual([new URL(server.url).host])
    visitor.assertClean()
  })

  test('the fonts are at most 70 KiB', async () => {
    const fonts = (await readdir(assets)).filter((name) => name.endsWith('.woff2'))
    const sizes = await Promise.all(fonts.map(async (name) => (await readFile(path.join(assets, name))).length))
    expect(fonts).toHaveLength(4)
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(70 * kib)
  })
})

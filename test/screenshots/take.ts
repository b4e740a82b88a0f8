/**
 * `npm run screenshots`: every page of the console, in both languages and on both screens, from the built server with a
 * small province in it, into the folder `screenshots/`. Names of pages as arguments take only those.
 */
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { openBenchDatabase } from '../../bench/database.ts'
import { launchBrowser, type Size, visit } from '../browser/support/browser.ts'
import { signInAsAdministrator } from '../browser/support/people.ts'
import { startServer } from '../support/server.ts'
import { type PicturedPage, pictures } from './pages.ts'
import { bringSpeakers } from './speakers.ts'
import { makePicturedWorld, playNow } from './world.ts'

const outputDir = path.resolve(import.meta.dirname, '../../screenshots')
/** As `signInAsAdministrator` types it. */
const password = 'một mật khẩu rất dài'
const only = process.argv.slice(2)
const ends: (() => unknown)[] = []
const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function take(): Promise<void> {
  const { url: databaseUrl, owner } = await openBenchDatabase((end) => void ends.unshift(end))
  const server = await startServer({ env: { DATABASE_URL: databaseUrl } })
  ends.unshift(server.stop)
  const { url, mqttUrl } = server
  if (mqttUrl === null) throw new Error('the server has no broker of its own')
  say('making a province …')
  const world = await makePicturedWorld(url, server.setupCode, password)
  const speakers = await bringSpeakers({ url, mqttUrl }, owner, world)
  ends.unshift(speakers.stop)
  await playNow(world)
  const browser = await launchBrowser()
  ends.unshift(() => browser.close())
  await rm(outputDir, { recursive: true, force: true })
  await mkdir(outputDir, { recursive: true })
  const wanted = pictures(world).filter(({ name }) => only.length === 0 || only.includes(name))
  for (const size of ['desktop', 'phone'] as const satisfies readonly Size[]) {
    for (const language of ['vi', 'en'] as const) {
      const visitor = await visit(browser, url, { size, language })
      const { page } = visitor
      await page.emulateMedia({ reducedMotion: 'reduce' })
      for (const picture of wanted.filter(({ isSignedOut }) => isSignedOut)) await shoot(picture, size, language)
      await signInAsAdministrator(visitor, language)
      for (const picture of wanted.filter(({ isSignedOut }) => !isSignedOut)) await shoot(picture, size, language)
      visitor.assertClean()
      await visitor.close()

      async function shoot({ name, hash, prepare }: PicturedPage, ...where: readonly string[]): Promise<void> {
        await page.goto(`/${hash}`)
        await page.reload()
        await page.locator('h1').first().waitFor()
        await page.waitForFunction(
          'document.fonts.ready.then(() => !/^(Đang tải|Loading)…$/m.test(document.body.innerText))',
        )
        await prepare?.(page)
        const file = `${[name, ...where].join('.')}.png`
        await page.screenshot({ path: path.join(outputDir, file), animations: 'disabled' })
        say(file)
      }
    }
  }
}

try {
  await take()
} finally {
  for (const end of ends) await end()
}

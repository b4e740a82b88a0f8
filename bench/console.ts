import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { area } from '#server/areas/schemas.ts'
import { account } from '#server/auth/schemas.ts'
import { launchBrowser, visit } from '../test/browser/support/browser.ts'
import { signInAsAdministrator } from '../test/browser/support/people.ts'
import { startServer, type TestServer } from '../test/support/server.ts'
import { createApiClient } from '../tools/api-client.ts'
import { runBenchmark } from './benchmark.ts'
import { openSlowly, pagesOf, type Visit } from './console-pages.ts'
import { openBenchDatabase } from './database.ts'
import { readOptions } from './options.ts'
import { makeProvince } from './province-world.ts'
import { publishReport } from './report.ts'
import { median } from './statistics.ts'
import { readCpuMs } from './usage.ts'

/**
 * How long somebody on an old PC behind a village line waits for each page of the console, and what comes over that line:
 * a whole province, nothing kept from an earlier visit. Beside it the least that this server can show at all.
 */
const options = readOptions({ devices: 10_000, communes: 300, broadcasts: 500, runs: 3 })
const { devices, communes, broadcasts, runs } = options
const LIMIT_MS = 1_500
const TIME_LIMIT_MS = 1_500_000
/** A picture of a few hundred bytes from the same server: what line and browser take by themselves. */
const EMPTY_PAGE = '/favicon.svg'

/** The plan of a new province is worked out first: nobody measures beside that. */
async function waitUntilIdle(server: TestServer): Promise<void> {
  const { pid } = server.process()
  for (let quietSeconds = 0; quietSeconds < 3; ) {
    const before = await readCpuMs(pid)
    await setTimeout(1_000)
    quietSeconds = (await readCpuMs(pid)) - before < 60 ? quietSeconds + 1 : 0
  }
}

await runBenchmark(async (onEnd) => {
  const { url: databaseUrl, owner } = await openBenchDatabase(onEnd)
  const server = await startServer({ env: { DATABASE_URL: databaseUrl } })
  onEnd(server.stop)
  const province = await makeProvince(server, owner, { devices, communes, broadcasts })
  await owner.query('ANALYZE')
  const official = createApiClient(server.url)
  await official.post('/api/session', { userName: 'quantri', password: 'một mật khẩu rất dài' }, z.unknown())
  const found = (await official.get('/api/areas', z.array(area))).find((one) => one.kind === 'commune')
  const [person] = await official.get('/api/accounts', z.array(account))
  const [device] = province.devices
  if (found === undefined || person === undefined || device === undefined) throw new Error('an empty province')
  await waitUntilIdle(server)

  const browser = await launchBrowser()
  onEnd(browser.close)
  const visitor = await visit(browser, server.url)
  await signInAsAdministrator(visitor)
  let cookies = await visitor.page.context().storageState()
  await visitor.close()

  const pages = pagesOf({ deviceId: device.id, communeId: found.id, accountId: person.id })
  const visits = new Map<string, Visit[]>(pages.map(({ name }) => [name, []]))
  const empty = new Map<string, number[]>(pages.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const { name, hash, useful, isSignedOut } of pages) {
      const nothing = await openSlowly(browser, server.url + EMPTY_PAGE, 'svg', undefined)
      empty.get(name)?.push(nothing.visit.usefulMs)
      const opened = await openSlowly(browser, `${server.url}/${hash}`, useful, isSignedOut ? undefined : cookies)
      visits.get(name)?.push(opened.visit)
      if (isSignedOut === undefined) cookies = opened.cookies
      console.error(`${run + 1}/${runs} ${name}: ${Math.round(opened.visit.usefulMs)} ms`)
    }
  }

  const of = (name: string, read: (one: Visit) => number): number[] => (visits.get(name) ?? []).map(read)
  const slow = pages.filter(({ name }) => median(of(name, ({ usefulMs }) => usefulMs)) > LIMIT_MS)
  const kib = (name: string, read: (one: Visit) => number): string => median(of(name, read)).toFixed(1)
  await publishReport(
    {
      id: 'console',
      title: `The console on an old PC behind a village line: ${devices.toLocaleString('en-US')} speakers in ${communes} communes, ${broadcasts} daily broadcasts (${runs} runs)`,
      ours: 'page',
      reference: 'empty page',
      rows: pages.map(({ name }) => ({
        what: `${name}: first useful content`,
        unit: 'ms',
        ours: of(name, ({ usefulMs }) => usefulMs),
        reference: empty.get(name) ?? [],
      })),
      notes: [
        `Chromium with its processor slowed down six times, a line of 1.6 Mbit/s and 150 ms, 1366×768, an empty cache. From the address to the frame that shows what one came for (a row of the list, the first field of the form, the first card). The reference is the server’s smallest file shown as a page. Wanted: at most ${LIMIT_MS.toLocaleString('en-US')} ms.`,
        slow.length === 0 ? 'Every page keeps that.' : `Above it: ${slow.map(({ name }) => name).join(', ')}.`,
        [
          '| as transferred, KiB (medians) | script | style | fonts | data | requests |',
          '|---|---:|---:|---:|---:|---:|',
          ...pages.map(({ name }) =>
            [
              `| ${name}`,
              kib(name, ({ script }) => script),
              kib(name, ({ style }) => style),
              kib(name, ({ font }) => font),
              kib(name, ({ data }) => data),
              `${median(of(name, ({ requests }) => requests))} |`,
            ].join(' | '),
          ),
        ].join('\n'),
      ],
    },
    options.save,
  )
}, TIME_LIMIT_MS)

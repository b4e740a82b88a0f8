import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { afterEach, expect, it } from 'vitest'
import { createTestApp, type TestApp, type TestAppOptions } from '../../support/app.ts'

let test: TestApp
afterEach(() => test.close())

const routes: FastifyPluginAsyncZod = async (app) => {
  app.get('/for-devices', { config: { action: 'device' } }, async () => 'given')
  app.get('/where-from', { config: { action: 'public' } }, async (request) => ({ here: request.isFromThisMachine }))
}
let looked: string[]
async function start(options: TestAppOptions['app'] = {}): Promise<void> {
  looked = []
  const verifyDevice = async (id: string): Promise<boolean> => {
    looked.push(id)
    return true
  }
  const rateLimits = { perMinute: 2, strictPerMinute: 2 }
  test = await createTestApp({ routes: () => [routes], app: { rateLimits, verifyDevice, ...options } })
}

const idOf = (n: number): string => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`
const ask = (address: string, n: number) =>
  test.inject({
    url: '/api/for-devices',
    remoteAddress: address,
    headers: { authorization: `Basic ${Buffer.from(`${idOf(n)}:secret`).toString('base64')}` },
  })

it('counts each device behind a shared address for itself, and all names of the address together', async () => {
  await start()
  const own = [await ask('203.0.113.1', 0), await ask('203.0.113.1', 0), await ask('203.0.113.1', 0)]
  expect(own.map((one) => one.statusCode)).toEqual([200, 200, 429])
  // A new name for each request: 50 requests of this address have been let in when it ends, and no more is looked up.
  const statuses: number[] = []
  for (let n = 1; n <= 60; n++) statuses.push((await ask('203.0.113.1', n)).statusCode)
  expect(statuses.lastIndexOf(200)).toBe(46)
  expect(statuses.indexOf(429)).toBe(47)
  expect(looked).toHaveLength(49)
  const refused = await ask('203.0.113.1', 99)
  expect([refused.json().code, Number(refused.headers['retry-after'])]).toEqual([
    'too-many-requests',
    expect.any(Number),
  ])
  expect((await ask('203.0.113.2', 0)).statusCode).toBe(200)
  // People at that address are counted apart.
  const people = async () => (await test.inject({ url: '/api/setup', remoteAddress: '203.0.113.1' })).statusCode
  expect([await people(), await people(), await people()]).toEqual([200, 200, 429])
})

const whereFrom = async (remoteAddress: string, headers: Record<string, string> = {}): Promise<boolean> =>
  (await test.inject({ url: '/api/where-from', remoteAddress, headers })).json().here
const unsafe = () => test.reported.filter((one) => one.code === 'settings-unsafe').length

it('does not take who comes through a proxy on this machine for somebody on it, and says so once', async () => {
  await start({ rateLimits: { perMinute: 100, strictPerMinute: 100 } })
  expect(await whereFrom('127.0.0.1')).toBe(true)
  expect(await whereFrom('::1')).toBe(true)
  expect(await whereFrom('203.0.113.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(false)
  expect(unsafe()).toBe(0)
  expect(await whereFrom('127.0.0.1', { 'x-forwarded-for': '203.0.113.1' })).toBe(false)
  expect(await whereFrom('127.0.0.1', { forwarded: 'for=203.0.113.1' })).toBe(false)
  expect(unsafe()).toBe(1)
})

it('does not take a client for one on this machine that says so through a trusted proxy', async () => {
  await start({ trustProxy: '127.0.0.1' })
  expect(await whereFrom('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(false)
  expect(unsafe()).toBe(0)
})

import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '../../support/app.ts'

const long = { names: Array.from({ length: 200 }, (_, index) => `Cụm loa thôn ${index}`) }
const answer = { response: { 200: z.object({ names: z.array(z.string()) }) } }
const routes: FastifyPluginAsyncZod = async (app) => {
  const open = { config: { action: 'public', unaudited: 'changes nothing' }, schema: answer } as const
  app.get('/long', open, async () => long)
  app.get('/short', open, async () => ({ names: ['một'] }))
  app.get('/long/:id', open, async () => long)
  app.get('/secret', { ...open, config: { ...open.config, holdsSecret: true } }, async () => long)
  app.post('/long', open, async () => long)
}

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ app: { routes: [routes] } })
})
afterAll(() => test.close())

const ask = (method: 'GET' | 'HEAD' | 'POST', url: string, encoding = 'gzip, deflate, br') =>
  test.inject({ method, url: `/api${url}`, headers: { 'accept-encoding': encoding } })

describe('answers over a slow line', () => {
  it('long lists are compressed as the browser takes them, and tell caches so', async () => {
    const plain = await ask('GET', '/long', 'identity')
    const [brotli, gzip] = [await ask('GET', '/long'), await ask('GET', '/long', 'gzip')]
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: expect.stringMatching(/accept-encoding/i) })
    expect(gzip.headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(brotliDecompressSync(brotli.rawPayload).toString())).toEqual(long)
    expect(JSON.parse(gunzipSync(gzip.rawPayload).toString())).toEqual(long)
    expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4)
    expect(plain.headers['content-encoding']).toBeUndefined()
  })

  it.each([
    ['GET', '/short', 'what is short'],
    ['GET', '/long/1', 'one thing, whose ETag names its bytes'],
    ['GET', '/secret', 'what holds a secret'],
    ['POST', '/long', 'what answers a body'],
    ['HEAD', '/long', 'what has no body'],
  ] as const)('%s %s: %s goes out as it is', async (method, url, _what) => {
    const { statusCode, headers } = await ask(method, url)
    expect(statusCode).toBe(200)
    expect(headers['content-encoding']).toBeUndefined()
  })

  it('no question about secrets is among what is compressed', () => {
    const session = test.routeList.find(({ method, url }) => method === 'GET' && url === '/api/session')
    expect(session?.holdsSecret).toBe(true)
  })
})

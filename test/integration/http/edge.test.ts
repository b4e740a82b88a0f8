import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import openapiTS from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '../../support/app.ts'

let test: TestApp
let consoleDir: string
let isHealthy: () => Promise<boolean> = async () => true

const oddRoutes: FastifyPluginAsyncZod = async (app) => {
  const open = { config: { action: 'public', unaudited: 'changes nothing' } } as const
  app.route({
    ...open,
    method: ['GET', 'POST'],
    url: '/odd/crash',
    handler: async () => {
      throw new Error('secret detail of /var/lib')
    },
  })
  app.get('/odd/wrong-answer', { ...open, schema: { response: { 200: z.object({ a: z.string() }) } } }, async () => {
    return JSON.parse('{"a":7}')
  })
  const echo = { ...open, schema: { body: z.object({ name: z.string() }) } }
  app.post('/odd/echo', echo, async (request) => request.body.name)
  app.post(
    '/odd/strict',
    { config: { action: 'public', limit: 'strict', unaudited: 'changes nothing' } },
    async () => 'ok',
  )
}

beforeAll(async () => {
  consoleDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-console-'))
  await mkdir(path.join(consoleDir, 'assets'))
  await writeFile(path.join(consoleDir, 'index.html'), '<!doctype html><title>Loa Xã</title>')
  await writeFile(path.join(consoleDir, 'assets/main-4f3a.js'), 'export {}')
  await writeFile(path.join(consoleDir, 'favicon.svg'), '<svg/>')
  await writeFile(path.join(consoleDir, '..', `${path.basename(consoleDir)}.secret`), 'outside')
  test = await createTestApp({
    routes: () => [oddRoutes],
    app: { consoleDir, isHealthy: () => isHealthy(), rateLimits: { perMinute: 100_000, strictPerMinute: 3 } },
  })
})
afterAll(async () => {
  await test.close()
  await rm(consoleDir, { recursive: true })
  await rm(`${consoleDir}.secret`)
})

describe('a refusal', () => {
  it('is problem+json in the reader’s language, and names the field', async () => {
    const post = (language: string) =>
      test.inject({
        method: 'POST',
        url: '/api/session',
        payload: { userName: 'lan' },
        headers: { 'accept-language': language },
      })
    const vi = await post('vi-VN,vi;q=0.9')
    expect(vi.statusCode).toBe(400)
    expect(vi.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(vi.json()).toEqual({
      type: 'urn:loaxa:problem:bad-request',
      title: 'Dữ liệu gửi lên không hợp lệ: “mật khẩu” còn thiếu. Hãy kiểm tra lại rồi gửi lại.',
      status: 400,
      code: 'bad-request',
      requestId: vi.headers['x-request-id'],
    })
    const en = await post('en')
    expect(en.json().title).toBe('The data sent is not valid: “password” is missing. Check it and send it again.')
  })

  it.each([
    ['GET', '/api/nowhere', undefined, 'application/json', 404, 'not-found'],
    ['POST', '/api/odd/echo', '{"userName":', 'application/json', 400, 'bad-request'],
    ['POST', '/api/odd/echo', '', 'application/json', 400, 'bad-request'],
    ['POST', '/api/odd/echo', '{"__proto__":{"a":1}}', 'application/json', 400, 'bad-request'],
    ['POST', '/api/odd/echo', '[]', 'application/json', 400, 'bad-request'],
    ['POST', '/api/odd/echo', 'a=b', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['POST', '/api/odd/echo', '{}', 'text/plain', 415, 'unsupported-media-type'],
    ['POST', '/api/odd/echo', `"${'x'.repeat(300_000)}"`, 'application/json', 413, 'body-too-large'],
    ['GET', '/api/%E0%A4%A', undefined, 'application/json', 400, 'bad-request'],
    ['GET', `/api/devices/${'x'.repeat(300)}`, undefined, 'application/json', 404, 'not-found'],
  ] as const)('%s %s, case %#', async (method, url, payload, contentType, status, code) => {
    const answer = await test.inject({
      method,
      url,
      headers: payload === undefined ? {} : { 'content-type': contentType },
      ...(payload === undefined ? {} : { payload }),
    })
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it.each(['/api/odd/crash', '/api/odd/wrong-answer'])(
    'of %s, a fault of our own, hides what went wrong',
    async (url) => {
      const answer = await test.inject({ url, headers: { 'accept-language': 'en' } })
      expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal-error'])
      expect(answer.body).toContain(answer.headers['x-request-id'])
      expect(answer.body).not.toMatch(/secret|schema|\\n\s+at |\.ts/)
    },
  )

  it('of our own says that something may not be saved only to who wanted to save', async () => {
    const said = async (method: 'GET' | 'POST', language: string): Promise<string> =>
      (await test.inject({ method, url: '/api/odd/crash', headers: { 'accept-language': language } })).json().title
    expect(await said('GET', 'vi')).toMatch(/^Máy chủ gặp lỗi nên chưa hiển thị được/)
    expect(await said('POST', 'vi')).toMatch(/^Máy chủ gặp lỗi, việc bạn vừa làm có thể chưa được lưu/)
    expect(await said('GET', 'en')).not.toMatch(/saved/)
    expect(await said('POST', 'en')).toMatch(/may not have been saved/)
  })

  it.each([
    ['in a text', { name: 'a\0b' }],
    ['in a name', { name: 'a', 'b\0': 1 }],
    ['deep inside', { name: 'a', more: [{ less: '\0' }] }],
  ])('comes for the null character %s, which the database cannot store', async (_where, payload) => {
    const answer = await test.inject({ method: 'POST', url: '/api/odd/echo', payload })
    expect(answer.json()).toMatchObject({ status: 400, code: 'nul-character' })
  })

  it.each([
    ['arrays', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ])('comes for %s within each other, however deep', async (_what, payload) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await test.inject({ method: 'POST', url: '/api/odd/echo', payload, headers })
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad-request' })
  })

  it('comes with Retry-After where one tries too often', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) {
      statuses.push((await test.inject({ method: 'POST', url: '/api/odd/strict' })).statusCode)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
    const answer = await test.inject({ method: 'POST', url: '/api/odd/strict' })
    expect(answer.json().code).toBe('too-many-requests')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.json().title).toContain(`${answer.headers['retry-after']} giây`)
    const elsewhere = await test.inject({ method: 'POST', url: '/api/odd/strict', remoteAddress: '10.0.0.9' })
    expect(elsewhere.statusCode).toBe(200)
  })
})

describe('headers', () => {
  it('let pages run nothing but our own files, the API’s documentation too', async () => {
    for (const url of ['/', '/api/docs/', '/api/docs/static/swagger-ui-bundle.js', '/api/session', '/healthz']) {
      const answer = await test.inject({ url })
      const policy = String(answer.headers['content-security-policy'])
      expect(policy, url).toContain("default-src 'self'")
      expect(policy, url).not.toMatch(/unsafe|https:|\*|upgrade-insecure/)
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
      expect(answer.headers['strict-transport-security'], url).toBeUndefined()
    }
    const docs = await test.inject({ url: '/api/docs/' })
    expect(docs.statusCode).toBe(200)
    expect(docs.body).not.toMatch(/<script(?![^>]* src=)|<style|style=|onload=/)
  })

  it('over https ask for https and mark the cookie Secure', async () => {
    const secure = await createTestApp({ app: { publicUrl: 'https://loa.example.vn' } })
    const made = await secure.auth.makeSetupCode()
    const answer = await secure.inject({
      method: 'POST',
      url: '/api/setup',
      payload: {
        code: made?.code,
        userName: 'lan',
        displayName: 'Lan',
        password: 'con trâu đi trước cái cày',
        area: { kind: 'commune', name: 'A' },
      },
    })
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=/)
    expect(answer.cookies[0]).toMatchObject({ name: 'loaxa_session', secure: true })
    expect(answer.headers['cache-control']).toBe('no-store')
    await secure.close()
  })
})

describe('the console’s files', () => {
  it.each([
    ['/', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/today', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/devices/some-id', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/main-4f3a.js', 200, /javascript/, 'public, max-age=31536000, immutable'],
    ['/favicon.svg', 200, 'image/svg+xml', 'no-cache'],
  ])('%s', async (url, status, type, cache) => {
    const answer = await test.inject({ url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toMatch(type)
    expect(answer.headers['cache-control']).toBe(cache)
  })

  it.each([
    '/assets/gone-1.js',
    '/api',
    '/api/',
    '/api/nowhere',
    '/metrics',
    '/health',
    '/.well-known/security.txt',
    '/clips/none',
    '/%2e%2e/x.secret',
    '/..%2f..%2fetc%2fpasswd.txt',
    '/.env',
  ])('%s is not there', async (url) => {
    const answer = await test.inject({ url })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

it('says whether it does its work', async () => {
  expect((await test.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' })
  for (const broken of [async () => false, () => Promise.reject(new Error('the database is away'))]) {
    isHealthy = broken
    const failing = await test.inject({ url: '/healthz' })
    expect([failing.statusCode, failing.json()]).toEqual([503, { status: 'failing' }])
  }
})

it('tells the time', async () => {
  const area = await test.makeArea('commune', 'Giờ')
  const user = await test.signInAs({ areaId: area, role: 'editor' })
  expect((await user.call('GET', '/api/server')).json()).toEqual({
    time: '2026-03-02T03:00:00.000Z',
    version: '0.0.0-test',
    zone: 'Asia/Ho_Chi_Minh',
  })
})

describe('OpenAPI', () => {
  it('lists every route with its answers and refusals, as 3.1', async () => {
    const document = (await test.inject({ url: '/api/docs/json' })).json()
    expect(document.openapi).toMatch(/^3\.1\./)
    // Checks the document's structure before it makes anything of it.
    await expect(openapiTS(JSON.stringify(document), { silent: true })).resolves.toBeDefined()
    const shown = test.routeList
      .filter((route) => !route.isHidden && route.method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    const listed = Object.entries<Record<string, unknown>>(document.paths).flatMap(([url, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${url}`),
    )
    expect(listed.sort()).toEqual([...new Set(shown)].sort())
    for (const operations of Object.values<Record<string, { responses: Record<string, unknown> }>>(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation.responses.default).toMatchObject({
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        })
      }
    }
    const names = new Set(Object.keys(document.components.schemas))
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(names).toContain(name)
    }
    expect(document.paths['/api/areas'].get.security).toEqual([{ session: [] }])
    expect(document.paths['/api/setup'].get.security).toEqual([])
  })
})

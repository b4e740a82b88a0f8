import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Response } from 'light-my-request'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '../../support/app.ts'

let test: TestApp
let province: string
let own: string

const deviceRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get('/clips/:sha256', { config: { action: 'device' } }, async (request) => ({ from: request.deviceId }))
}

beforeAll(async () => {
  test = await createTestApp({ rootRoutes: () => [deviceRoutes] })
  province = await test.makeArea('province', 'Lào Cai')
  own = await test.makeArea('commune', 'Bản Lầu', province)
})
afterAll(() => test.close())

const refusal = (answer: Response): unknown => [answer.statusCode, answer.json().code]

describe('who may call', () => {
  it('is declared by every route, or the server does not start', async () => {
    const forgetful: FastifyPluginAsyncZod = async (app) => {
      app.get('/forgotten', async () => 'open to all')
    }
    await expect(createTestApp({ routes: () => [forgetful] })).rejects.toThrow(
      /\/api\/forgotten does not declare config\.action/,
    )
  })

  it('is nobody without a session, on every route that is not public', async () => {
    const closed = test.routeList.filter((route) => route.action !== 'public')
    expect(closed.length).toBeGreaterThan(15)
    for (const { method, url } of closed) {
      if (method === 'HEAD') continue
      const path = url.replaceAll(/:\w+/g, 'x')
      const answers = [
        await test.app.inject({ method: method as 'GET', url: path }),
        await test.app.inject({
          method: method as 'GET',
          url: path,
          cookies: { loaxa_session: randomBytes(32).toString('base64url') },
        }),
      ]
      for (const answer of answers)
        expect([method, url, ...refusalOf(answer)]).toEqual([method, url, 401, 'not-signed-in'])
    }
  })
  const refusalOf = (answer: Response): [number, string] => [answer.statusCode, answer.json().code]

  it('needs the session’s own CSRF token for everything that changes something', async () => {
    const admin = await test.signInAs({ areaId: own, role: 'administrator' })
    const stranger = await test.signInAs({ areaId: own, role: 'administrator' })
    const session = (await stranger.call('GET', '/api/session')).json()
    const body = { parentId: own, kind: 'village', name: 'Thôn CSRF' }
    for (const token of ['', 'x', session.csrfToken]) {
      const answer = await admin.call('POST', '/api/areas', body, { 'x-csrf-token': token })
      expect(refusal(answer)).toEqual([403, 'csrf-missing'])
    }
    const without = await test.inject({
      method: 'POST',
      url: '/api/areas',
      payload: body,
      cookies: { loaxa_session: admin.token },
    })
    expect(refusal(without)).toEqual([403, 'csrf-missing'])
    expect((await admin.call('GET', '/api/areas')).body).not.toContain('Thôn CSRF')
    const crossSite = await test.inject({
      method: 'POST',
      url: '/api/session',
      payload: { userName: 'a', password: 'b' },
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(refusal(crossSite)).toEqual([403, 'csrf-missing'])
  })

  it('is a device with the secret of its present installation', async () => {
    const device = await test.makeDevice(own, 'Cụm Basic')
    const secret = randomBytes(32).toString('base64url')
    const { createHash } = await import('node:crypto')
    const secretHash = createHash('sha256').update(secret).digest('hex')
    await test.db.prisma.installation.create({
      data: { id: device, deviceId: device, publicKey: 'k', secretHash, hardwareSerial: 's', enrolledAt: new Date(0) },
    })
    const get = (user: string, password: string): Promise<Response> => {
      const basic = Buffer.from(`${user}:${password}`).toString('base64')
      return test.inject({ url: '/clips/abc', headers: { authorization: `Basic ${basic}` } })
    }
    expect((await get(device, secret)).json()).toEqual({ from: device })
    for (const [user, password] of [
      [device, ''],
      [device, `${secret}x`],
      ['', secret],
      ["' OR 1=1 --", secret],
      [own, secret],
    ] as const) {
      const answer = await get(user, password)
      expect(refusal(answer)).toEqual([401, 'not-signed-in'])
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    }
    await test.db.prisma.installation.update({ where: { id: device }, data: { revokedAt: new Date(1) } })
    expect(refusal(await get(device, secret))).toEqual([401, 'not-signed-in'])
    const session = await test.signInAs({ areaId: own, role: 'administrator' })
    expect(refusal(await session.call('GET', '/clips/abc'))).toEqual([401, 'not-signed-in'])
  })
})

it('answers a schema’s own types only', async () => {
  expect(
    z
      .object({ needed: z.boolean() })
      .strict()
      .parse((await test.inject({ url: '/api/setup' })).json()),
  ).toBeTruthy()
})

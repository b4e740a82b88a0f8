import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Response } from 'light-my-request'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type DeviceId, newId } from '#protocol/ids.ts'
import { type Action, actions, isAction, type Role, roles } from '#server/auth/rules.ts'
import { raiseAlarm } from '#server/devices/alarms/store.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let province: string
let own: string
let other: string

const deviceRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get('/clips/:sha256', { config: { action: 'device' } }, async (request) => ({ from: request.deviceId }))
}

beforeAll(async () => {
  test = await createTestApp({ rootRoutes: () => [deviceRoutes] })
  province = await test.makeArea('province', 'Lào Cai')
  own = await test.makeArea('commune', 'Bản Lầu', province)
  other = await test.makeArea('commune', 'Mường Hum', province)
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

/** One call of every route with an action, aimed at what stands in one area. */
interface Target {
  areaId: string
  device: DeviceId
  alarm: string
  accountId: string
  /** An account with a second factor. */
  protectedId: string
}
const calls: Readonly<Record<string, (target: Target, n: number) => { url: string; body?: object }>> = {
  'GET /api/areas': () => ({ url: '/api/areas' }),
  'POST /api/areas': ({ areaId }, n) => ({
    url: '/api/areas',
    body: { parentId: areaId, kind: 'village', name: `Thôn ${n}` },
  }),
  'PATCH /api/areas/:id': ({ areaId }, n) => ({ url: `/api/areas/${areaId}`, body: { name: `Xã ${n}` } }),
  'GET /api/accounts': () => ({ url: '/api/accounts' }),
  'POST /api/accounts': ({ areaId }, n) => ({
    url: '/api/accounts',
    body: { userName: `walk${n}`, displayName: 'W', grants: [{ areaId, role: 'auditor' }] },
  }),
  'POST /api/accounts/:id/sign-in-code': ({ accountId }) => ({ url: `/api/accounts/${accountId}/sign-in-code` }),
  'PATCH /api/accounts/:id': ({ accountId }, n) => ({
    url: `/api/accounts/${accountId}`,
    body: { displayName: `Người ${n}` },
  }),
  'PUT /api/accounts/:id/grants': ({ accountId, areaId }) => ({
    url: `/api/accounts/${accountId}/grants`,
    body: { grants: [{ areaId, role: 'technician' }] },
  }),
  'POST /api/accounts/:id/disable': ({ accountId }) => ({ url: `/api/accounts/${accountId}/disable` }),
  'POST /api/accounts/:id/enable': ({ accountId }) => ({ url: `/api/accounts/${accountId}/enable` }),
  'POST /api/accounts/:id/second-factor/reset': ({ protectedId }) => ({
    url: `/api/accounts/${protectedId}/second-factor/reset`,
  }),
  'GET /api/devices': () => ({ url: '/api/devices' }),
  'POST /api/devices': ({ areaId }, n) => ({ url: '/api/devices', body: { areaId, name: `Cụm ${n}` } }),
  'GET /api/devices/:id': ({ device }) => ({ url: `/api/devices/${device}` }),
  'PATCH /api/devices/:id': ({ device }, n) => ({ url: `/api/devices/${device}`, body: { volumePercent: n % 101 } }),
  'POST /api/devices/:id/enrolment-code': ({ device }) => ({ url: `/api/devices/${device}/enrolment-code` }),
  'POST /api/devices/:id/revoke': ({ device }) => ({ url: `/api/devices/${device}/revoke` }),
  'POST /api/devices/:id/alarms/:alarmId/acknowledge': ({ device, alarm }) => ({
    url: `/api/devices/${device}/alarms/${alarm}/acknowledge`,
  }),
}
const isList = (route: string): boolean => /^GET \/api\/(areas|accounts|devices)$/.test(route)

describe('every route × role × area', () => {
  const routes = Object.keys(calls)
  let users: Map<Role, TestUser>
  let nobody: TestUser
  const targets = new Map<string, Target>()
  let counter = 0

  beforeAll(async () => {
    users = new Map()
    for (const role of roles) users.set(role, await test.signInAs({ areaId: own, role }))
    nobody = await test.signInAs()
    for (const areaId of [own, other]) {
      const { accountId } = await test.signInAs({ areaId, role: 'auditor' })
      const { accountId: protectedId } = await test.signInAs({ areaId, role: 'auditor' })
      const data = { totpConfirmedAt: new Date(test.clock.now()) }
      await test.db.prisma.account.update({ where: { id: protectedId }, data })
      const device = await test.makeDevice(areaId, 'Cụm đích')
      const alarm = newId(test.clock.now())
      const what = { code: 'hardware-changed', subject: '', detail: '', at: new Date(test.clock.now()) }
      await raiseAlarm(test.db.pool, { id: alarm, deviceId: device, ...what })
      targets.set(areaId, { areaId, accountId, protectedId, device, alarm })
    }
  })

  const aim = async (user: TestUser | undefined, route: string, areaId: string): Promise<Response> => {
    const target = targets.get(areaId)
    const call = calls[route]
    if (target === undefined || call === undefined || user === undefined) throw new Error(route)
    const { url, body } = call(target, ++counter)
    return user.call(route.split(' ')[0] as 'GET', url, body)
  }
  const actionOf = (route: string): Action => {
    const found = test.routeList.find(({ method, url }) => `${method} ${url}` === route)
    if (found === undefined || !isAction(found.action)) throw new Error(`no such route: ${route}`)
    return found.action
  }

  it('knows every route with an action', () => {
    const declared = test.routeList
      .filter(({ method, action }) => isAction(action) && method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url}`)
    expect(declared.sort()).toEqual([...routes].sort())
  })

  it.each(routes)('%s', async (route) => {
    const action = actionOf(route)
    const allowed: readonly Role[] = actions[action]
    for (const role of roles) {
      const user = users.get(role)
      const inOwn = await aim(user, route, own)
      const elsewhere = await aim(user, route, other)
      const context = `${role} ${inOwn.body}`
      if (!allowed.includes(role)) {
        expect([inOwn.statusCode, inOwn.json().code], context).toEqual([403, 'not-allowed'])
        expect(elsewhere.statusCode, context).toBe(403)
      } else if (isList(route)) {
        expect(inOwn.statusCode, context).toBe(200)
        expect(inOwn.body, context).not.toContain(other)
      } else {
        expect(inOwn.statusCode, context).toBeLessThan(300)
        expect([elsewhere.statusCode, elsewhere.json().code], context).toEqual([404, 'not-found'])
      }
    }
    expect((await aim(nobody, route, own)).statusCode).toBe(403)
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

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { csrfTokenFor } from '#server/auth/tokens.ts'
import { toDate } from '#server/clock.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

/** A session's id is another one after each change of what its person may do. */
const HOUR = 3_600_000
const DAY = 24 * HOUR
let test: TestApp
let commune: string
let approver: TestUser
let deputy: TestUser
beforeEach(async () => {
  test = await createTestApp()
  commune = await test.makeArea('commune', 'Bản Lầu')
  approver = await test.signInAs({ areaId: commune, role: 'approver' })
  deputy = await test.signInAs({ areaId: commune, role: 'editor' })
})
afterEach(() => test.close())

async function lend({ inMs = 0, forMs = DAY } = {}): Promise<string> {
  const now = test.clock.now()
  const id = newId(now)
  await test.db.prisma.approvalDelegation.create({
    data: {
      id,
      fromId: approver.accountId,
      toId: deputy.accountId,
      areaId: commune,
      reason: 'nghỉ phép',
      createdAt: toDate(now),
      startsAt: new Date(now + inMs),
      endsAt: new Date(now + inMs + forMs),
    },
  })
  return id
}

type Method = 'GET' | 'POST' | 'DELETE'
/** With one cookie, whatever an answer says. */
const askWith = (token: string, method: Method = 'GET', url = '/api/session') =>
  test.inject({
    method,
    url,
    cookies: { loaxa_session: token },
    headers: { 'x-csrf-token': csrfTokenFor(token) },
    ...(method === 'POST' ? { payload: {} } : {}),
  })
const actionsWith = async (token: string): Promise<string[]> => (await askWith(token)).json().actions

describe('the id of an open session', () => {
  it('is replaced by the answer to the first request after rights were lent; the old one is refused seconds later', async () => {
    const old = deputy.token
    await lend()
    const answer = await deputy.call('GET', '/api/session')
    expect(answer.json().actions).toContain('library.approve')
    expect(answer.cookies).toEqual([
      expect.objectContaining({
        name: 'loaxa_session',
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        maxAge: 7 * 86_400,
      }),
    ])
    expect(deputy.token).not.toBe(old)
    // What was on its way with the old one is answered, with what the old one could.
    expect(await actionsWith(old)).not.toContain('library.approve')
    expect(await actionsWith(old)).toContain('library.edit')
    test.clock.advance(10_000)
    expect((await askWith(old)).statusCode).toBe(401)
    expect(await actionsWith(deputy.token)).toContain('library.approve')
    expect(await test.sessions.list(deputy.accountId)).toHaveLength(1)
  })

  it('is replaced when a delegation begins that was given before, and once more when it ends', async () => {
    await lend({ inMs: HOUR, forMs: HOUR })
    const before = deputy.token
    await deputy.call('GET', '/api/session')
    expect(deputy.token).toBe(before)
    test.clock.advance(HOUR)
    await deputy.call('GET', '/api/session')
    const during = deputy.token
    expect(during).not.toBe(before)
    await deputy.call('GET', '/api/session')
    expect(deputy.token).toBe(during)
    test.clock.advance(HOUR)
    // At once what has ended is of no use, also by the id it was held with.
    expect((await test.sessions.find(during, 'quietly'))?.actor.grants).toHaveLength(1)
    await deputy.call('GET', '/api/session')
    expect([before, during]).not.toContain(deputy.token)
  })

  it('is replaced once by requests that come at the same time, and none of them is signed out', async () => {
    const old = deputy.token
    await lend()
    const answers = await Promise.all(Array.from({ length: 8 }, () => askWith(old)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200))
    const given = answers.flatMap(({ cookies }) => cookies)
    expect(given).toHaveLength(1)
    const newRights = answers.filter((answer) => answer.json().actions.includes('library.approve'))
    expect(newRights).toHaveLength(1)
    // Pages that are open go on with the token that they have.
    expect(new Set(answers.map((answer) => answer.json().csrfToken))).toEqual(new Set([csrfTokenFor(old)]))
    expect(csrfTokenFor(given[0]?.value ?? '')).toBe(csrfTokenFor(old))
  })

  it('is told with a refusal too', async () => {
    const old = deputy.token
    await lend()
    expect((await deputy.call('GET', '/api/accounts')).statusCode).toBe(403)
    expect(deputy.token).not.toBe(old)
    expect((await deputy.call('GET', '/api/session')).statusCode).toBe(200)
  })

  it('stays through what changes something: an upload may take longer than the old one is still taken', async () => {
    const old = deputy.token
    await lend()
    const sent = await deputy.call('POST', '/api/areas', {})
    expect([sent.statusCode, sent.cookies]).toEqual([403, []])
    test.clock.advance(HOUR)
    expect((await askWith(old, 'DELETE', '/api/areas')).statusCode).toBe(404)
    expect((await test.sessions.find(old, 'keeping'))?.actor.grants).toHaveLength(1)
    // What was lent comes with the new one.
    expect(await actionsWith(old)).toContain('library.approve')
  })

  it('stays through what changes something, and what has ended is of no use all the same', async () => {
    await lend({ forMs: HOUR })
    await deputy.call('GET', '/api/session')
    test.clock.advance(HOUR)
    expect((await test.sessions.find(deputy.token, 'keeping'))?.actor.grants).toHaveLength(1)
  })

  it('is not brought back by signing out with it, and signing out ends the session by either', async () => {
    await lend()
    // The very request that would replace it.
    const out = await deputy.call('DELETE', '/api/session')
    expect([out.statusCode, out.cookies.map(({ value }) => value)]).toEqual([204, ['']])
    expect(await test.sessions.list(deputy.accountId)).toEqual([])
  })

  it('is worth nothing without its newer half, nor as a session to be ended, once the seconds are over', async () => {
    const old = deputy.token
    await lend()
    await deputy.call('GET', '/api/session')
    test.clock.advance(10_000)
    const [lasting = ''] = deputy.token.split('.')
    for (const token of [old, lasting, `${lasting}.`]) {
      expect(await test.sessions.find(token)).toBeUndefined()
      expect(await test.sessions.close(token)).toEqual([])
    }
    expect(await test.sessions.find(deputy.token)).toBeDefined()
  })
})

describe('an event stream', () => {
  it('of the id before is told, ends, and is taken up with the new one, where everything is read anew', async () => {
    const base = await test.app.listen({ host: '127.0.0.1', port: 0 })
    const open = async (lastEventId?: string) => {
      const headers = {
        cookie: `loaxa_session=${deputy.token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      }
      return fetch(`${base}/api/events`, { headers })
    }
    const first = await open()
    await lend()
    test.sessions.announceChange(deputy.accountId)
    const old = deputy.token
    await deputy.call('GET', '/api/session')
    expect(deputy.token).not.toBe(old)
    // To its end: the server has finished it.
    const heard = await first.text()
    expect(heard.match(/event: rights/g)).toHaveLength(2)
    const id = heard
      .match(/^id: .*$/gm)
      ?.at(-1)
      ?.slice(4)
    const second = await open(id)
    const reader = second.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('event: reset')
    await reader?.cancel()
  })
})

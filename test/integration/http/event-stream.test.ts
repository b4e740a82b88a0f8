import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConsoleEvent } from '#server/console-events.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let base: string
let port: number
let province: string
let own: string
let other: string
let editor: TestUser

beforeAll(async () => {
  test = await createTestApp({ app: { eventStream: { heartbeatMs: 20, finishMs: 50, maxStreamsPerAccount: 2 } } })
  base = await test.app.listen({ host: '127.0.0.1', port: 0 })
  port = Number(new URL(base).port)
  province = await test.makeArea('province', 'Lào Cai')
  own = await test.makeArea('commune', 'Bản Lầu', province)
  other = await test.makeArea('commune', 'Mường Hum', province)
  editor = await test.signInAs({ areaId: own, role: 'editor' })
})
afterAll(() => test.close())

interface Frame {
  id?: string
  event?: string
  data?: unknown
  comment?: string
}
interface Listening {
  status: number
  /** The next frame that is no heartbeat; undefined: the stream has ended. */
  next(): Promise<Frame | undefined>
  /** The next frame of any kind. */
  nextOfAll(): Promise<Frame | undefined>
  /** Reads to the end. `broken`: the connection was cut, which a browser reports as a failure. */
  end(): Promise<'finished' | 'broken'>
  stop(): void
}

function parseFrame(text: string): Frame {
  const frame: Frame = {}
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? []
    if (name === '') frame.comment = value
    else if (name === 'data') frame.data = JSON.parse(value)
    else if (name === 'id' || name === 'event') frame[name] = value
  }
  return frame
}

async function listen(user: TestUser, lastEventId?: string): Promise<Listening> {
  const abort = new AbortController()
  const response = await fetch(`${base}/api/events`, {
    headers: { cookie: `loaxa_session=${user.token}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let buffered = ''
  let isBroken = false
  async function nextOfAll(): Promise<Frame | undefined> {
    for (;;) {
      const end = buffered.indexOf('\n\n')
      if (end >= 0) {
        const frame = parseFrame(buffered.slice(0, end))
        buffered = buffered.slice(end + 2)
        return frame
      }
      const chunk = await reader?.read().catch(() => {
        isBroken = true
        return undefined
      })
      if (chunk === undefined || chunk.done) return undefined
      buffered += chunk.value
    }
  }
  return {
    status: response.status,
    nextOfAll,
    async next() {
      let frame = await nextOfAll()
      while (frame?.comment !== undefined) frame = await nextOfAll()
      return frame
    },
    async end() {
      while ((await nextOfAll()) !== undefined);
      return isBroken ? 'broken' : 'finished'
    },
    stop: () => abort.abort(),
  }
}
/** A console that is connected and takes nothing more, with what its connection looks like to the server. */
async function listenFrozen(user: TestUser): Promise<{ ofServer: net.Socket; ofConsole: net.Socket }> {
  const connected = new Promise<net.Socket>((resolve) => test.app.server.once('connection', resolve))
  const ofConsole = net.connect(port, '127.0.0.1')
  const ofServer = await connected
  ofConsole.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nCookie: loaxa_session=${user.token}\r\n\r\n`)
  await new Promise((resolve) => ofConsole.once('data', resolve))
  ofConsole.pause()
  // Being cut off is what it is for.
  ofConsole.on('error', () => undefined)
  return { ofServer, ofConsole }
}

const devicesOf = (id: string, ...areaPath: string[]): ConsoleEvent => ({ kind: 'devices', areaPath, id })

describe('server-sent events', () => {
  it('tell what changed in the areas one may read, without saying where', async () => {
    const stream = await listen(editor)
    expect((await stream.next())?.event).toBe('ready')
    test.events.publish(devicesOf('1', province, other))
    test.events.publish(devicesOf('2', province))
    // A province's broadcast sounds in the commune, so its console is told; of the neighbour's it is not.
    test.events.publish({ kind: 'broadcasts', areaPath: [province, other], id: '2a' })
    for (const aimedAt of [
      { paths: [[province, other]], notIn: [] },
      { paths: null, notIn: [own] },
    ])
      test.events.publish({ kind: 'broadcasts', areaPath: [province], id: 'not here', aimedAt })
    const aimedAt = { paths: [[province, own]], notIn: [other] }
    test.events.publish({ kind: 'broadcasts', areaPath: [province], id: '2b', aimedAt })
    test.events.publish(devicesOf('3', province, own))
    test.events.publish({ kind: 'clip-progress', areaPath: [province, own], id: '4', stage: 'probing', fraction: 0.5 })
    expect((await stream.next())?.data).toEqual({ kind: 'broadcasts', id: '2b' })
    expect(await stream.next()).toEqual({ id: expect.stringMatching(/^\w+-7$/), data: { kind: 'devices', id: '3' } })
    expect((await stream.next())?.data).toEqual({ kind: 'clip-progress', id: '4', stage: 'probing', fraction: 0.5 })
    expect((await stream.nextOfAll())?.comment).toBe('still here')
    stream.stop()
  })

  it('begin where the answer about the session said that the news stands: nothing in between is missed', async () => {
    const { headers } = await editor.call('GET', '/api/session')
    test.events.publish(devicesOf('between', province, own))
    const stream = await listen(editor, String(headers['news-cursor']))
    expect((await stream.next())?.data).toEqual({ kind: 'devices', id: 'between' })
    stream.stop()
  })

  it('resume where they were cut off, and say so when they cannot', async () => {
    const stream = await listen(editor)
    const ready = await stream.next()
    stream.stop()
    test.events.publish(devicesOf('5', province, own))
    test.events.publish(devicesOf('6', province, other))
    const resumed = await listen(editor, ready?.id)
    const missed = await resumed.next()
    expect(missed?.data).toEqual({ kind: 'devices', id: '5' })
    resumed.stop()
    for (const stale of ['0badc0ffee00-3', 'nonsense', `${ready?.id}9999`]) {
      const lost = await listen(editor, stale)
      expect((await lost.next())?.event).toBe('reset')
      lost.stop()
    }
  })

  it('answer a resume at once, also when nothing was missed', async () => {
    const stream = await listen(editor)
    const ready = await stream.next()
    stream.stop()
    // Headers go out with the first bytes: the answer arrives, and it does so before any heartbeat.
    const resumed = await listen(editor, ready?.id)
    expect(resumed.status).toBe(200)
    expect((await resumed.nextOfAll())?.comment).toBe('resumed')
    resumed.stop()
  })

  it('end with the session, and do not keep it alive', async () => {
    const guest = await test.signInAs({ areaId: own, role: 'auditor' })
    const stream = await listen(guest)
    await stream.next()
    const before = await test.db.prisma.session.findMany({ where: { accountId: guest.accountId } })
    test.clock.advance(3_600_000)
    await stream.nextOfAll()
    await stream.nextOfAll()
    expect(await test.db.prisma.session.findMany({ where: { accountId: guest.accountId } })).toEqual(before)
    await test.sessions.close(guest.token)
    expect(await stream.end()).toBe('finished')
  })

  it('say that the own rights have changed: what was lost is told no more, what was gained with the session’s new id', async () => {
    const guest = await test.signInAs({ areaId: other, role: 'editor' })
    const stream = await listen(guest)
    await stream.next()
    await test.db.prisma.roleGrant.updateMany({ where: { accountId: guest.accountId }, data: { areaId: own } })
    test.sessions.announceChange(guest.accountId)
    expect(await stream.next()).toEqual({ event: 'rights', data: {} })
    test.events.publish(devicesOf('6a', province, other))
    test.events.publish(devicesOf('6b', province, own))
    expect((await guest.call('GET', '/api/session')).statusCode).toBe(200)
    const last = await stream.next()
    expect(last).toEqual({ id: 'superseded', event: 'rights', data: {} })
    expect(await stream.end()).toBe('finished')
    const again = await listen(guest, last?.id)
    expect((await again.next())?.event).toBe('reset')
    test.events.publish(devicesOf('6c', province, other))
    test.events.publish(devicesOf('6d', province, own))
    expect((await again.next())?.data).toEqual({ kind: 'devices', id: '6d' })
    again.stop()
  })

  it('are few for each account, however many sessions it has', async () => {
    const guest = await test.signInAs({ areaId: own, role: 'auditor' })
    const client = { address: '127.0.0.1', userAgent: 'another' }
    const again = { ...guest, token: await test.sessions.open(test.db.prisma, guest.accountId, client) }
    const open = [await listen(guest), await listen(again)]
    for (const user of [guest, again]) expect((await listen(user)).status).toBe(429)
    const refused = await guest.call('GET', '/api/events')
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'too-many-streams'])
    const other = await listen(editor)
    expect(other.status).toBe(200)
    other.stop()
    for (const stream of open) stream.stop()
  })

  it('are cut off for a console that does not read, while others go on', async () => {
    const reader = await listen(editor)
    await reader.next()
    const frozen = await listenFrozen(editor)
    const cut = once(frozen.ofServer, 'close')
    const padding = 'x'.repeat(20_000)
    for (let i = 0; i < 1_000; i++) {
      test.events.publish(devicesOf(`${i}${padding}`, province, own))
      expect((await reader.next())?.data).toMatchObject({ kind: 'devices' })
    }
    await cut
    frozen.ofConsole.destroy()
    reader.stop()
  })

  it('do not wait for a console that does not read up to the end', async () => {
    const guest = await test.signInAs({ areaId: own, role: 'editor' })
    const frozen = await listenFrozen(guest)
    const cut = once(frozen.ofServer, 'close')
    // Until the machine takes no more for it, and something is left with the server; far less than what gets it cut off.
    for (let i = 0; frozen.ofServer.writableLength === 0; i++) {
      test.events.publish(devicesOf(`${i}${'x'.repeat(20_000)}`, province, own))
      await new Promise(setImmediate)
    }
    expect(frozen.ofServer.destroyed).toBe(false)
    await test.sessions.close(guest.token)
    await cut
    frozen.ofConsole.destroy()
  })
})

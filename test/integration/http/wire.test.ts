import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { openWire, type Wire, type WireAnswer } from '../../support/wire.ts'

/** What a peer gets that does not speak HTTP as we hope: the bytes themselves, over real sockets. */
let test: TestApp
let port: number
let held: (() => void) | undefined
let onHeld: () => void = () => {}
const wires: Wire[] = []

const oddRoutes: FastifyPluginAsyncZod = async (app) => {
  const open = { config: { action: 'public', unaudited: 'changes nothing' } } as const
  const echo = { ...open, schema: { body: z.object({ name: z.string() }) } }
  app.post('/odd/echo', echo, async (request) => request.body.name)
  app.post('/odd/slow-body', { config: { action: 'public', bodyDeadlineMs: 50 } }, async () => 'never reached')
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.post<{ Body: Readable }>('/odd/stream', open, async (request) => request.body.toArray())
  app.get('/odd/hold', open, async () => {
    await new Promise<void>((resolve) => {
      held = resolve
      onHeld()
    })
    return 'let go'
  })
}

const logged: { level: number; msg: string }[] = []
let onLogged: () => void = () => {}
const log = pino(
  { level: 'info' },
  {
    write(line: string) {
      logged.push(JSON.parse(line))
      onLogged()
    },
  },
)

async function start(): Promise<{ app: TestApp; port: number }> {
  const app = await createTestApp({ routes: () => [oddRoutes], parts: { log } })
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.app.server.address() as AddressInfo
  return { app, port: address.port }
}

function open(to = port): Wire {
  const wire = openWire(to)
  wires.push(wire)
  return wire
}

beforeAll(async () => {
  const started = await start()
  test = started.app
  port = started.port
})
afterEach(() => {
  for (const wire of wires.splice(0)) wire.destroy()
})
afterAll(() => test.close())

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  requestId: z.string(),
})

/** problem+json whose words are those of the language, and hold nothing of the other's. */
function expectProblem(answer: WireAnswer, status: number, code: string, language: string): void {
  const body = problem.parse(JSON.parse(answer.body))
  expect([answer.status, body.status, body.code]).toEqual([status, status, code])
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  if (language === 'vi') {
    expect(body.title).toMatch(/[ạảấầậắặẹếềểệỉịọốồổộớờợụủứừựửữỳýđ]/)
    expect(body.title).not.toMatch(
      /\b(bad|request|forbidden|unsupported|media|type|too|large|body|timeout|not|found|the)\b/i,
    )
  } else expect(body.title).toMatch(/\b(the|this|what|was|is)\b/i)
}

const head = (line: string, language: string, ...more: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: x', `Accept-Language: ${language}`, ...more, '', ''].join('\r\n')
const json = 'Content-Type: application/json'
const echo = (language: string, ...more: string[]): string => head('POST /api/odd/echo', language, ...more)

describe.each(['vi', 'en'])('in the language asked for (%s)', (language) => {
  it.each<[string, string, number, string]>([
    ['what is no request', `NONSENSE\r\nAccept-Language: ${language}\r\n\r\n`, 400, 'malformed-request'],
    ['a method that nobody knows', head('SING /', language), 400, 'malformed-request'],
    ['a method that no route has', head('DELETE /api/odd/echo', language), 404, 'not-found'],
    ['an address that names nothing', head('GET /api/nowhere', language), 404, 'not-found'],
    ['an address that is too long', head(`GET /api/devices/${'x'.repeat(300)}`, language), 404, 'not-found'],
    ['an address that cannot be decoded', head('GET /api/%E0%A4%A', language), 400, 'bad-request'],
    ['an expectation that nobody knows', head('GET /api/nowhere', language, 'Expect: wonders'), 404, 'not-found'],
    ['no Host', `GET / HTTP/1.1\r\nAccept-Language: ${language}\r\n\r\n`, 400, 'malformed-request'],
    ['a head that is too large', head('GET /', language, `X: ${'y'.repeat(20_000)}`), 431, 'headers-too-large'],
    ['two lengths', echo(language, json, 'Content-Length: 1', 'Content-Length: 2'), 400, 'malformed-request'],
    [
      'a length beside chunks (request smuggling)',
      echo(language, json, 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
      'malformed-request',
    ],
    ['a chunk that is none', `${echo(language, json, 'Transfer-Encoding: chunked')}ZZ\r\n`, 400, 'malformed-request'],
    ['JSON that is none', `${echo(language, json, 'Content-Length: 5')}{"a":`, 400, 'bad-request'],
    ['no body where JSON was announced', echo(language, json, 'Content-Length: 0'), 400, 'bad-request'],
    ['no body and no type', echo(language, 'Content-Length: 0'), 400, 'bad-request'],
    ['a prototype in JSON', `${echo(language, json, 'Content-Length: 21')}{"__proto__":{"a":1}}`, 400, 'bad-request'],
    [
      'another type',
      `${echo(language, 'Content-Type: text/xml', 'Content-Length: 4')}<a/>`,
      415,
      'unsupported-media-type',
    ],
    [
      'a type that is none',
      `${echo(language, 'Content-Type: ;;', 'Content-Length: 2')}{}`,
      415,
      'unsupported-media-type',
    ],
    ['no type', `${echo(language, 'Content-Length: 2')}{}`, 415, 'unsupported-media-type'],
    ['a body declared too large', echo(language, json, 'Content-Length: 400000'), 413, 'body-too-large'],
    [
      'a body that turns out too large',
      `${echo(language, json, 'Transfer-Encoding: chunked')}${'61a80'}\r\n${'x'.repeat(300_000)}`,
      413,
      'body-too-large',
    ],
    [
      'a body that comes drop by drop',
      `${head('POST /api/odd/slow-body', language, json, 'Content-Length: 100')}{`,
      408,
      'request-too-slow',
    ],
  ])('%s', async (_what, bytes, status, code) => {
    const wire = open()
    wire.send(bytes)
    expectProblem(await wire.answer(), status, code, language)
  })

  it('a request that node gave up waiting for', async () => {
    const wire = open()
    const accepted = new Promise<AddressInfo['port']>((resolve) =>
      test.app.server.once('connection', (socket) => {
        socket.once('data', () => {
          const late = Object.assign(new Error('too late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
          test.app.server.emit('clientError', late, socket)
          resolve(0)
        })
      }),
    )
    wire.send(`${echo(language, json, 'Content-Length: 100')}{`)
    await accepted
    expectProblem(await wire.answer(), 408, 'request-too-slow', language)
    await wire.closed
  })
})

describe('a refusal before the end of the body', () => {
  it.each([
    ['declared', 'Content-Length: 40000000', ''],
    ['in chunks', 'Transfer-Encoding: chunked', '2625a00\r\n'],
  ])(
    'can be read although the peer goes on sending (%s), and then the connection is closed',
    async (_how, framing, begin) => {
      const wire = open()
      wire.send(echo('vi', json, framing) + begin)
      const block = Buffer.alloc(1_000_000, 'x')
      wire.send(block)
      const answer = await wire.answer()
      expectProblem(answer, 413, 'body-too-large', 'vi')
      expect(answer.headers.connection).toBe('close')
      for (let sent = 1; sent < 40; sent++) wire.send(block)
      if (begin !== '') wire.send('\r\n0\r\n\r\n')
      await expect(wire.closed).resolves.toBeUndefined()
    },
  )

  it('leaves a connection open whose body has come whole', async () => {
    const wire = open()
    for (const name of ['1', '2']) {
      wire.send(`${echo('vi', json, 'Content-Length: 10')}{"name":1}`)
      expect([name, (await wire.answer()).status]).toEqual([name, 400])
    }
  })
})

it('a peer that goes away in the middle of its body is no failure of ours', async () => {
  logged.length = 0
  const isLogged = new Promise<void>((resolve) => {
    onLogged = () => {
      if (logged.some(({ msg }) => msg.startsWith('the peer went away'))) resolve()
    }
  })
  const arrived = new Promise<void>((resolve) => test.app.server.once('request', () => resolve()))
  const wire = open()
  wire.send(`${head('POST /api/odd/stream', 'vi', 'Content-Type: application/octet-stream', 'Content-Length: 9')}x`)
  await arrived
  wire.destroy()
  await isLogged
  expect(logged.filter(({ level }) => level >= 50)).toEqual([])
})

it('never adds a second answer to one that has begun', async () => {
  const user = await test.signInAs({ areaId: await test.makeArea('commune', 'Một'), role: 'editor' })
  const wire = open()
  wire.send(head('GET /api/events', 'vi', `Cookie: loaxa_session=${user.token}`))
  expect((await wire.answer()).status).toBe(200)
  wire.send('NONSENSE\r\n\r\n')
  await expect(wire.answer()).rejects.toThrow(/^(?!.*HTTP\/1\.1 400)/s)
})

it('a server that stops says so to who asks meanwhile', async () => {
  const stopping = await start()
  const wire = open(stopping.port)
  const isHeld = new Promise<void>((resolve) => {
    onHeld = resolve
  })
  wire.send(head('GET /api/odd/hold', 'vi'))
  await isHeld
  const isClosing = new Promise<void>((resolve) => stopping.app.app.server.once('close', resolve))
  const closing = stopping.app.close()
  wire.send(head('GET /api/session', 'vi'))
  const seen = new Promise<void>((resolve) => stopping.app.app.server.once('request', () => resolve()))
  await seen
  held?.()
  expect((await wire.answer()).status).toBe(200)
  expectProblem(await wire.answer(), 503, 'server-stopping', 'vi')
  await closing
  await isClosing
})

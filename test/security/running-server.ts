import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import pg from 'pg'
import { pino } from 'pino'
import { z } from 'zod'
import { composeServer } from '#server/compose.ts'
import { readConfig } from '#server/config.ts'
import { createEmptyDatabase } from '../support/database.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>
}

export interface Question {
  readonly method: string
  /** Sent as it is, however odd. */
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Somebody with a session: questions carry their cookie and CSRF token, unless a question says otherwise. */
export type Ask = (question: Question) => Promise<Answer>

/** The whole server as it is composed for production, in this process, with an administrator signed in. */
export interface WholeServer {
  readonly ask: Ask
  /** Of the administrator's session. */
  readonly cookie: string
  /** Sends exactly what is given: no session. */
  readonly askAsStranger: Ask
  /** Signs somebody in with the one-time code of their invitation. */
  signInOnce(code: string): Promise<SignedInPerson>
  /** A connection of the role that owns the tables, for what no route does. */
  readonly database: pg.Client
  readonly url: string
  readonly mqttUrl: string
  readonly dataDir: string
  /** With which the first account was made. */
  readonly setupCode: string
  /** `ask` with JSON that is expected to succeed. */
  make(method: string, path: string, body: object): Promise<Record<string, unknown>>
  /** Lines that the server logged as errors since the last call. */
  takeErrors(): string[]
  readonly areaId: string
  close(): Promise<void>
}

export interface SignedInPerson {
  readonly accountId: string
  readonly cookie: string
  readonly ask: Ask
}

const logged = z.object({ level: z.number(), securityEvent: z.string().optional() })
const session = z.object({
  csrfToken: z.string(),
  account: z.object({ id: z.string(), grants: z.array(z.object({ areaId: z.string() })) }),
})

/** `onLine`: is given every line of the log, from trace on, as it is before any censor sees it. */
export async function startWholeServer(options: { onLine?: (line: string) => void } = {}): Promise<WholeServer> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-whole-'))
  const database = await createEmptyDatabase()
  const errors: string[] = []
  const log = pino(
    { level: options.onLine === undefined ? 'error' : 'trace' },
    new Writable({
      write(chunk, _encoding, done) {
        const line = String(chunk)
        const { level, securityEvent } = logged.parse(JSON.parse(line))
        // A security event is no failure of ours, however severe.
        if (level >= 50 && securityEvent === undefined) errors.push(line)
        options.onLine?.(line)
        done()
      },
    }),
  )
  const config = readConfig({
    LOAXA_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    // The administrator who is signed in here has a password alone.
    SECOND_FACTOR_ROLES: 'none',
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: '0',
    HTTP_REQUESTS_PER_MINUTE: '1000000',
    HTTP_STRICT_REQUESTS_PER_MINUTE: '1000000',
  })
  const server = await composeServer(config, log, { onLost: () => {}, onSetUp: async () => {} })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const { port } = new URL(server.httpUrl)

  const send = ({ method, path, body, headers }: Question): Promise<Answer & { cookie: string }> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } })
      request.on('response', (response) => {
        response.setEncoding('utf8')
        let text = ''
        response.on('data', (chunk: string) => {
          text += chunk
        })
        const cookie = (response.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ')
        const type = response.headers['content-type'] ?? ''
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type, text, cookie, headers: response.headers }),
        )
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })

  const setUp = await send({
    method: 'POST',
    path: '/api/setup',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code: server.setupCode,
      userName: 'quan.tri',
      displayName: 'Quản Trị',
      password: 'con trâu đi trước cái cày',
      area: { kind: 'province', name: 'Lào Cai' },
    }),
  })
  if (setUp.status !== 200) throw new Error(`not set up: ${setUp.text} ${errors.join('')}`)
  const openPerson = (opened: { text: string; cookie: string }): SignedInPerson & { areaId: string } => {
    const { csrfToken, account } = session.parse(JSON.parse(opened.text))
    let { cookie } = opened
    return {
      accountId: account.id,
      areaId: account.grants[0]?.areaId ?? '',
      get cookie() {
        return cookie
      },
      async ask(question) {
        const answer = await send({ ...question, headers: { cookie, 'x-csrf-token': csrfToken, ...question.headers } })
        // With other rights the session has another id, as a browser would know.
        const isOwn = question.headers?.cookie === undefined
        if (isOwn && /(^|; )loaxa_session=[^;]/.test(answer.cookie)) cookie = answer.cookie
        return answer
      },
    }
  }
  const administrator = openPerson(setUp)
  const { ask, areaId } = administrator
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  return {
    ask,
    get cookie() {
      return administrator.cookie
    },
    askAsStranger: send,
    async signInOnce(code) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ code })
      const opened = await send({ method: 'POST', path: '/api/session/one-time', headers, body })
      if (opened.status !== 200) throw new Error(`not signed in: ${opened.text}`)
      return openPerson(opened)
    },
    database: owner,
    url: server.httpUrl,
    mqttUrl: server.mqttUrl ?? '',
    dataDir,
    setupCode: server.setupCode ?? '',
    async make(method, path, body) {
      const headers = { 'content-type': 'application/json' }
      const answer = await ask({ method, path, headers, body: JSON.stringify(body) })
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`)
      return z.record(z.string(), z.unknown()).parse(JSON.parse(answer.text))
    },
    takeErrors: () => errors.splice(0),
    areaId,
    async close() {
      agent.destroy()
      await owner.end()
      await server.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

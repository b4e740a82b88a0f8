import type { IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

const BODY_DEADLINE_MS = 30_000
/** For how long what is left of a refused body is read and thrown away; nginx's `lingering_time` and `…_timeout`. */
const LINGER_MS = 30_000
const LINGER_IDLE_MS = 5_000

const mayHaveBody = (raw: IncomingMessage): boolean =>
  raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0

/** Bodies that come too slowly, and refusals before the whole body has come. */
export function addBodyCare(app: FastifyInstance): void {
  refuseSlowBodies(app)
  lingerAfterRefusal(app)
}

/** Refuses a peer that sends its body drop by drop (slow loris): the server's own timeout must allow slow uploads. */
function refuseSlowBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const { raw } = request
    if (!mayHaveBody(raw) || raw.complete) return payload
    const body = new PassThrough()
    const deadlineMs = request.routeOptions.config?.bodyDeadlineMs ?? BODY_DEADLINE_MS
    const timer = setTimeout(() => body.destroy(new Problem('request-too-slow')), deadlineMs)
    timer.unref()
    body.on('error', (cause) => request.log.info({ err: cause }, 'the body did not arrive'))
    body.once('close', () => {
      clearTimeout(timer)
      raw.unpipe(body)
    })
    payload.on('error', (cause: Error) => body.destroy(cause))
    reply.raw.once('close', () => body.destroy())
    return payload.pipe(body)
  })
}

/**
 * Closing a socket while unread bytes arrive makes the peer's kernel drop the answer (RST). So a refusal that comes
 * before the end of the body is sent whole and at once, the rest is read and thrown away for a bounded time, and only
 * then is the connection closed (RFC 9112 §9.6).
 */
function lingerAfterRefusal(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { raw } = request
    const isRefusal = reply.statusCode >= 400 && typeof payload === 'string'
    if (!isRefusal || !mayHaveBody(raw) || raw.complete || raw.readableEnded || raw.destroyed) return payload
    reply.header('connection', 'close').header('content-length', Buffer.byteLength(payload))
    return Readable.from(holdOpen(payload, raw), { objectMode: false })
  })
}

/** The answer, which ends only when nothing more is to come. */
async function* holdOpen(answer: string, raw: IncomingMessage): AsyncGenerator<Buffer> {
  yield Buffer.from(answer)
  await readAway(raw)
}

function readAway(raw: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(total)
      clearTimeout(idle)
      resolve()
    }
    const total = setTimeout(stop, LINGER_MS)
    const idle = setTimeout(stop, LINGER_IDLE_MS)
    raw.unpipe()
    raw.on('data', () => idle.refresh())
    raw.once('end', stop)
    raw.once('close', stop)
    raw.resume()
  })
}

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { describeProblem, PROBLEM_TYPE } from './errors.ts'
import { type Language, readerLanguage } from './language.ts'
import { Problem } from './problem.ts'
import type { ProblemCode } from './problem-texts.ts'

/** How long a refused peer may take to read the answer and close. */
const READ_ANSWER_MS = 2_000
const SCANNED_BYTES = 32 * 1024

const codeByParserError: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** The reader's language as far as the bytes tell: they were not HTTP, or only the beginning of it. */
function languageOf(packet: unknown): Language {
  if (!(packet instanceof Uint8Array)) return readerLanguage(undefined)
  const text = Buffer.from(packet.subarray(0, SCANNED_BYTES)).toString('latin1')
  return readerLanguage(/^accept-language:([^\r\n]{0,200})/im.exec(text)?.[1])
}

/** The whole answer, as bytes of HTTP/1.1, to what could not be read as a request. */
export function malformedRequestAnswer(errorCode: string | undefined, language: Language): string {
  const problem = new Problem(codeByParserError[errorCode ?? ''] ?? 'malformed-request')
  const body = describeProblem(problem, language, '-')
  const text = JSON.stringify(body)
  return [
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    text,
  ].join('\r\n')
}

export interface MalformedRequests {
  /** For node's `clientError`: answers in words, once, and closes so that the answer can still be read. */
  refuse(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void
  /** Call once, with the app whose sockets these are. */
  attach(app: FastifyInstance): void
}

/**
 * Peers whose bytes are not a request, or come too slowly: there is nothing that a route or the error handler could
 * answer. Also what node would refuse with an empty answer of its own.
 */
export function createMalformedRequests(log: Pick<Logger, 'debug'>): MalformedRequests {
  const answering = new WeakMap<Socket, { readonly hasBegun: () => boolean; readonly language: Language }>()
  const refused = new WeakSet<Socket>()
  return {
    refuse(error, socket) {
      // What a refused peer still sends arrives here again.
      if (refused.has(socket)) return
      refused.add(socket)
      log.debug({ err: error }, 'a peer sent what is not HTTP, or sent it too slowly')
      const current = answering.get(socket)
      // In the middle of an answer, another one would be taken for its continuation.
      if (error.code === 'ECONNRESET' || !socket.writable || current?.hasBegun() === true) {
        socket.destroy()
        return
      }
      const timer = setTimeout(() => socket.destroy(), READ_ANSWER_MS)
      socket.once('close', () => clearTimeout(timer))
      socket.end(malformedRequestAnswer(error.code, current?.language ?? languageOf(error.rawPacket)))
    },
    attach(app) {
      const { server } = app
      server.on('request', (request, response) => {
        const { socket } = request
        const language = readerLanguage(request.headers['accept-language'])
        answering.set(socket, { hasBegun: () => response.headersSent, language })
        response.once('close', () => answering.delete(socket))
      })
      // An expectation that we do not know may be ignored (RFC 9110 §10.1.1).
      server.on('checkExpectation', (request, response) => server.emit('request', request, response))
      app.addHook('onRequest', async (request) => {
        // RFC 9112 §3.2
        if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
          throw new Problem('malformed-request')
        }
      })
    },
  }
}

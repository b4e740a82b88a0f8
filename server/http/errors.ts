import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { fillText, type Language, readerLanguage } from './language.ts'
import { Problem } from './problem.ts'
import { type ProblemCode, problemTexts } from './problem-texts.ts'
import { sayValidationErrors } from './validation-words.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export interface ProblemBody {
  type: string
  title: string
  status: number
  code: string
  requestId: string
}

/** A refusal as the reader sees it (RFC 9457). */
export function describeProblem(problem: Problem, language: Language, requestId: string): ProblemBody {
  const text = problemTexts[problem.code]
  return {
    type: `urn:loaxa:problem:${problem.code}`,
    title: fillText(text, { requestId, ...problem.params }, language),
    status: text.status,
    code: problem.code,
    requestId,
  }
}

const codeByStatus: Readonly<Record<number, ProblemCode>> = {
  404: 'not-found',
  405: 'not-found',
  406: 'not-found',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
}

/** What this error is for the person who made the request; undefined: our own fault, which the person is not told. */
function toProblem(error: FastifyError | Problem, request: FastifyRequest, language: Language): Problem | undefined {
  if (error instanceof Problem) return error
  if (error.validation !== undefined) {
    // An id that cannot be one names nothing; it is no mistake in what a person filled in.
    if (error.validationContext === 'params') return new Problem('not-found')
    return new Problem('bad-request', { detail: sayValidationErrors(error.validation, language) })
  }
  const status = error.statusCode ?? 500
  if (status >= 500) return undefined
  const code = codeByStatus[status]
  if (code === 'body-too-large') {
    return new Problem(code, { limit: `${Math.floor(request.routeOptions.bodyLimit / 1024)} KiB` })
  }
  // The texts of fastify's own refusals are English and for programmers; the standard phrase says as much.
  return code !== undefined
    ? new Problem(code, { seconds: 60 })
    : new Problem('bad-request', { detail: STATUS_CODES[status] ?? 'Bad Request' })
}

/** The one error handler: every refusal becomes problem+json in the reader's language; a failure of ours is logged and hidden. */
export function handleError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = readerLanguage(request.headers['accept-language'])
  const problem = toProblem(error, request, language)
  if (problem === undefined) request.log.error({ err: error }, 'the request failed')
  else request.log.info({ code: problem.code, url: request.url }, 'the request was refused')
  const body = describeProblem(problem ?? new Problem('internal-error'), language, request.id)
  if (problem?.code === 'too-many-requests') reply.header('retry-after', problem.params.seconds ?? 60)
  if (problem?.code === 'not-signed-in' && request.routeOptions.config.action === 'device') {
    reply.header('www-authenticate', 'Basic realm="loaxa-device", charset="UTF-8"')
  }
  return reply
    .code(body.status)
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body)
}

/** The text of a refusal for a peer whose bytes were not HTTP (or came too slowly), so that there is no request to answer. */
export function malformedRequestAnswer(errorCode: string | undefined): string {
  const status = errorCode === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : errorCode === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  const reason = STATUS_CODES[status] ?? 'Bad Request'
  const detail = new Problem('bad-request', { detail: reason })
  const body = JSON.stringify({ ...describeProblem(detail, 'vi', '-'), status })
  return [
    `HTTP/1.1 ${status} ${reason}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

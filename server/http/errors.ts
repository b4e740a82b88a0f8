import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { fillText, type Language, readerLanguage } from './language.ts'
import { Problem } from './problem.ts'
import type { ProblemText } from './problem-text.ts'
import { type ProblemCode, problemTexts } from './problem-texts.ts'
import { sayRequestFault } from './request-faults.ts'
import { sayValidationErrors } from './validation-words.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export interface ProblemBody {
  type: string
  title: string
  status: number
  code: string
  requestId: string
  facts?: object
}

/** A refusal as the reader sees it (RFC 9457). `isRead`: the request was to change nothing. */
export function describeProblem(problem: Problem, language: Language, requestId: string, isRead = false): ProblemBody {
  const text: ProblemText = problemTexts[problem.code]
  // Said on the telephone: the end, which is drawn by chance, is enough to find it in the log.
  const spoken = requestId.slice(-8)
  return {
    type: `urn:loaxa:problem:${problem.code}`,
    title: fillText((isRead ? text.ofRead : undefined) ?? text, { requestId: spoken, ...problem.params }, language),
    status: text.status,
    code: problem.code,
    requestId,
    ...(problem.facts === undefined ? {} : { facts: problem.facts }),
  }
}

const codeByStatus: Readonly<Record<number, ProblemCode>> = {
  // A file that is hidden is as good as not there.
  403: 'not-found',
  404: 'not-found',
  405: 'not-found',
  406: 'not-found',
  412: 'precondition-failed',
  413: 'body-too-large',
  // A name that is too long names nothing.
  414: 'not-found',
  415: 'unsupported-media-type',
  416: 'range-not-satisfiable',
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
  return code !== undefined
    ? new Problem(code, { seconds: 60 })
    : new Problem('bad-request', { detail: sayRequestFault(error.code, language) })
}

/** The one error handler: every refusal becomes problem+json in the reader's language; a failure of ours is logged and hidden. */
export function handleError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = readerLanguage(request.headers['accept-language'])
  const problem = toProblem(error, request, language)
  const { raw } = request
  if (problem === undefined && raw.destroyed && !raw.complete) {
    request.log.info({ err: error }, 'the peer went away in the middle of the body')
  } else if (problem === undefined) request.log.error({ err: error }, 'the request failed')
  else request.log.info({ code: problem.code, url: request.url }, 'the request was refused')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const body = describeProblem(problem ?? new Problem('internal-error'), language, request.id, isRead)
  if (problem?.code === 'too-many-requests' || problem?.code === 'sign-in-must-wait') {
    reply.header('retry-after', problem.params.seconds ?? 60)
  }
  if (problem?.code === 'not-signed-in' && request.routeOptions.config.action === 'device') {
    reply.header('www-authenticate', 'Basic realm="loaxa-device", charset="UTF-8"')
  }
  if (problem?.code === 'not-signed-in' && request.routeOptions.config.action === 'metrics') {
    reply.header('www-authenticate', 'Bearer realm="loaxa-metrics"')
  }
  return reply
    .code(body.status)
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body)
}

import type { FastifyRequest } from 'fastify'
import type { Audit } from '#server/audit/audit.ts'
import { ownPath } from '#server/auth/rules.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AccountedRequests } from './change-guard.ts'
import { isSafe } from './methods.ts'
import { Problem } from './problem.ts'
import { type ProblemCode, problemTexts } from './problem-texts.ts'

/** Puts refused attempts on record. */
export type RecordRefusal = (request: FastifyRequest, error: unknown) => Promise<void>

export interface RefusedRequestsDeps {
  readonly audit: Pick<Audit, 'note'>
  readonly security: SecurityEvents
  readonly accounted: AccountedRequests
}

/** Says what is still to be done, or how to come; nobody reached for what is forbidden to them. */
const harmless: ReadonlySet<ProblemCode> = new Set(['second-factor-setup-needed', 'insecure-connection'])

/** Rules of two that somebody met: a conflict by their status, an attempt at what is forbidden by what they guard. */
const rulesOfTwo: ReadonlySet<ProblemCode> = new Set(['last-administrator', 'link-after-reset', 'reset-after-link'])

/**
 * What a refusal is to whoever watches; undefined: nothing. A 404 counts when something was to be changed: that it does
 * not exist, and that it lies outside one's areas, are the same answer to whoever asks.
 */
export function judgeRefusal(
  code: ProblemCode,
  request: { isRead: boolean; isSignedIn: boolean },
): SecurityCode | undefined {
  if (code === 'too-many-requests') return 'rate-limited'
  if (code === 'csrf-missing') return 'csrf-refused'
  if (!request.isSignedIn || harmless.has(code)) return undefined
  const isDenied =
    problemTexts[code].status === 403 || rulesOfTwo.has(code) || (code === 'not-found' && !request.isRead)
  return isDenied ? 'permission-denied' : undefined
}

/**
 * Tells the SOC of what was refused for lack of a right, of a session's token or for coming too often, and writes into
 * the audit trail what somebody signed in tried in vain. What a service has put on record itself, in more
 * detail, is not said again.
 */
export function createRefusalRecorder({ audit, security, accounted }: RefusedRequestsDeps): RecordRefusal {
  return async (request, error) => {
    // The rate limit's own errors and those of our services are problems; all else is no refusal of these kinds.
    if (!(error instanceof Problem)) return
    const { actor } = request.caller
    const isRead = isSafe(request.method)
    const event = judgeRefusal(error.code, { isRead, isSignedIn: actor !== undefined })
    if (event === undefined || accounted.has(request.id)) return
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    const origin = { address: request.ip, requestId: request.id }
    const who = actor === undefined ? {} : { accountId: actor.accountId, userName: actor.userName }
    security.report(event, { ...who, ...origin, detail: `${error.code}: ${route}` })
    if (actor === undefined || event === 'rate-limited') return
    const { accountId, userName } = actor
    const subject = { type: 'route', id: route }
    const [areaPath, reason] = [ownPath(actor), error.code]
    const note = { action: 'request.refused', outcome: 'refused', areaPath, subject, reason } as const
    try {
      await audit.note({ accountId, userName, origin }, { ...note, after: readNamed(request) })
    } catch (cause) {
      // The refusal itself must be answered whatever happens.
      request.log.error({ err: cause, route }, 'a refused attempt could not be put on record')
    }
  }
}

/** What the address named: ids, and nothing that was sent. */
function readNamed(request: FastifyRequest): object | undefined {
  const { params } = request
  if (typeof params !== 'object' || params === null || Object.keys(params).length === 0) return undefined
  return { ...params }
}

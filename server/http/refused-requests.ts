import type { FastifyRequest } from 'fastify'
import type { Audit, AuditBy } from '#server/audit/audit.ts'
import { ownPath } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AccountedRequests } from './change-guard.ts'
import { isSafe } from './methods.ts'
import { Problem } from './problem.ts'
import { type ProblemCode, problemTexts } from './problem-texts.ts'
import { createShownBefore } from './shown-before.ts'

/** Puts refused attempts on record. */
export interface RefusalRecorder {
  /** To be called before the refusal is answered. Does not throw. */
  record(request: FastifyRequest, error: unknown): Promise<void>
  /** To be called when a request was answered: what somebody was shown they may ask for once more. */
  noteShown(request: FastifyRequest, statusCode: number): void
}

export interface RefusedRequestsDeps {
  readonly audit: Pick<Audit, 'note'>
  readonly security: SecurityEvents
  readonly accounted: AccountedRequests
  readonly clock: Pick<Clock, 'now'>
}

/** Says what is still to be done, or how to come; nobody reached for what is forbidden to them. */
const harmless: ReadonlySet<ProblemCode> = new Set(['second-factor-setup-needed', 'insecure-connection'])

/** Rules of two that somebody met: a conflict by their status, an attempt at what is forbidden by what they guard. */
const rulesOfTwo: ReadonlySet<ProblemCode> = new Set(['last-administrator', 'link-after-reset', 'reset-after-link'])

/**
 * What a refusal is to whoever watches; undefined: nothing. A 404 is one: that something does not exist, and that it lies
 * outside one's areas, are the same answer to whoever asks, and so they must be to whoever reads the trail, who may be the
 * same person.
 */
export function judgeRefusal(code: ProblemCode, isSignedIn: boolean): SecurityCode | undefined {
  if (code === 'too-many-requests') return 'rate-limited'
  if (code === 'csrf-missing') return 'csrf-refused'
  if (!isSignedIn || harmless.has(code)) return undefined
  const isDenied = problemTexts[code].status === 403 || rulesOfTwo.has(code) || code === 'not-found'
  return isDenied ? 'permission-denied' : undefined
}

/**
 * Tells the SOC of what was refused for lack of a right, of a session's token or for coming too often, and writes into
 * the audit trail what somebody tried in vain; of many attempts the first few in a minute (audit/refusals.ts). What a
 * service has put on record itself, in more detail, is not said again.
 */
export function createRefusalRecorder({ audit, security, accounted, clock }: RefusedRequestsDeps): RefusalRecorder {
  const shown = createShownBefore()

  async function tell(request: FastifyRequest, { code }: Problem, event: SecurityCode): Promise<void> {
    const { actor } = request.caller
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    const origin = { address: request.ip, requestId: request.id }
    const who = actor === undefined ? {} : { accountId: actor.accountId, userName: actor.userName }
    security.report(event, { ...who, ...origin, detail: `${code}: ${route}` })
    // Whoever reads too often, or is not known, changes nothing and learns nothing.
    if (event === 'rate-limited' ? isSafe(request.method) : actor === undefined) return
    const note = {
      action: 'request.refused',
      outcome: 'refused',
      areaPath: actor === undefined ? [] : ownPath(actor),
      subject: { type: 'route', id: route },
      reason: code,
      after: readNamed(request),
    } as const
    const by: AuditBy = actor === undefined ? { accountId: null, userName: null, origin } : { ...actor, origin }
    try {
      await audit.note(by, note)
    } catch (cause) {
      // The refusal itself must be answered whatever happens.
      request.log.error({ err: cause, route }, 'a refused attempt could not be put on record')
    }
  }

  return {
    async record(request, error) {
      // The rate limit's own errors and those of our services are problems; all else is no refusal of these kinds. An id
      // that cannot be one is none: it names nothing.
      if (!(error instanceof Problem) || accounted.has(request.id)) return
      const { actor } = request.caller
      const event = judgeRefusal(error.code, actor !== undefined)
      if (event === undefined) return
      const isGone = error.code === 'not-found' && isSafe(request.method)
      if (isGone && actor !== undefined && shown.mayStillAsk(actor.accountId, addressOf(request), clock.now())) return
      await tell(request, error, event)
    },
    noteShown(request, statusCode) {
      const { actor } = request.caller
      if (actor === undefined || !isSafe(request.method) || statusCode >= 400 || readNamed(request) === undefined)
        return
      shown.remember(actor.accountId, addressOf(request))
    },
  }
}

const addressOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? ''

/** What the address named: ids, and nothing that was sent. */
function readNamed(request: FastifyRequest): object | undefined {
  const { params } = request
  if (typeof params !== 'object' || params === null || Object.keys(params).length === 0) return undefined
  return { ...params }
}

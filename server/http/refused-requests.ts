import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit, AuditBy } from '#server/audit/audit.ts'
import { ownPath } from '#server/auth/rules.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AccountedRequests } from './change-guard.ts'
import { isSafe } from './methods.ts'
import { Problem } from './problem.ts'
import { type ProblemCode, problemTexts } from './problem-texts.ts'

/** Puts refused attempts on record. */
export interface RefusalRecorder {
  /** To be called before the refusal is answered. Does not throw. */
  record(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<void>
  /** Resolves when what came after the answers is on record too. */
  idle(): Promise<void>
}

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
 * not exist, and that it lies outside one's areas, are the same answer to whoever asks. When something was to be read it
 * counts only if it is there (`Problem.hides`).
 */
export function judgeRefusal(
  code: ProblemCode,
  request: { isRead: boolean; isSignedIn: boolean; isHidden: boolean },
): SecurityCode | undefined {
  if (code === 'too-many-requests') return 'rate-limited'
  if (code === 'csrf-missing') return 'csrf-refused'
  if (!request.isSignedIn || harmless.has(code)) return undefined
  const isDenied =
    problemTexts[code].status === 403 ||
    rulesOfTwo.has(code) ||
    (code === 'not-found' && (!request.isRead || request.isHidden))
  return isDenied ? 'permission-denied' : undefined
}

/**
 * Tells the SOC of what was refused for lack of a right, of a session's token or for coming too often, and writes into
 * the audit trail what somebody tried in vain; of many attempts the first few in a minute (audit/refusals.ts). What a
 * service has put on record itself, in more detail, is not said again.
 */
export function createRefusalRecorder({ audit, security, accounted }: RefusedRequestsDeps): RefusalRecorder {
  const later = new Set<Promise<void>>()

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

  async function tellHidden(request: FastifyRequest, problem: Problem): Promise<void> {
    try {
      if ((await problem.hides?.()) !== true) return
    } catch (cause) {
      request.log.error({ err: cause }, 'it could not be found out whether something hidden was asked for')
      return
    }
    const event = judgeRefusal(problem.code, { isRead: true, isSignedIn: true, isHidden: true })
    if (event !== undefined) await tell(request, problem, event)
  }

  return {
    async record(request, reply, error) {
      // The rate limit's own errors and those of our services are problems; all else is no refusal of these kinds.
      if (!(error instanceof Problem) || accounted.has(request.id)) return
      const isRead = isSafe(request.method)
      const isSignedIn = request.caller.actor !== undefined
      const event = judgeRefusal(error.code, { isRead, isSignedIn, isHidden: false })
      if (event !== undefined) return tell(request, error, event)
      if (error.hides === undefined || !isRead || !isSignedIn) return
      const answered = new Promise<void>((resolve) => {
        if (reply.raw.closed) resolve()
        else reply.raw.once('close', resolve)
      })
      const telling = answered.then(() => tellHidden(request, error))
      later.add(telling)
      void telling.finally(() => later.delete(telling))
    },
    async idle() {
      await Promise.all(later)
    },
  }
}

/** What the address named: ids, and nothing that was sent. */
function readNamed(request: FastifyRequest): object | undefined {
  const { params } = request
  if (typeof params !== 'object' || params === null || Object.keys(params).length === 0) return undefined
  return { ...params }
}

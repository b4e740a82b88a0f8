import type { FastifyInstance } from 'fastify'
import { isSafe } from './methods.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why a changing request to this route may succeed without an entry in the audit trail. */
    unaudited?: string
  }
}

/** Which of the running requests the audit trail accounts for: they wrote an entry, or said that they changed nothing. */
export interface AccountedRequests {
  /** Told by the audit trail, after the commit. */
  add(requestId: string): void
  has(requestId: string): boolean
  forget(requestId: string): void
}

/** More than there can be connections: only what is never answered is pushed out. */
const MOST_REMEMBERED = 20_000

export function createAccountedRequests(): AccountedRequests {
  const ids = new Set<string>()
  return {
    add(requestId) {
      ids.add(requestId)
      const [oldest] = ids
      if (ids.size > MOST_REMEMBERED && oldest !== undefined) ids.delete(oldest)
    },
    has: (requestId) => ids.has(requestId),
    forget(requestId) {
      ids.delete(requestId)
    },
  }
}

/** A changing request that succeeded and stands nowhere in the audit trail: a bug of ours. */
export interface UnauditedChange {
  /** As it was registered: `PATCH /api/areas/:id`. */
  readonly route: string
  readonly requestId: string
}

export interface ChangeGuardDeps {
  readonly accounted: AccountedRequests
  /** In production it tells; in tests it throws, which makes the answer a failure. */
  readonly onUnaudited: (change: UnauditedChange) => void
}

/** Notices changes that leave no entry in the audit trail, so that a service that forgets one does not stay unnoticed. */
export function addChangeGuard(app: FastifyInstance, { accounted, onUnaudited }: ChangeGuardDeps): void {
  app.addHook('onSend', async (request, reply) => {
    if (isSafe(request.method) || request.is404) return
    const isAccounted = accounted.has(request.id)
    accounted.forget(request.id)
    const { config, url } = request.routeOptions
    const isSuccess = reply.statusCode >= 200 && reply.statusCode < 300
    if (!isSuccess || isAccounted || config.unaudited !== undefined) return
    onUnaudited({ route: `${request.method} ${url ?? ''}`, requestId: request.id })
  })
}

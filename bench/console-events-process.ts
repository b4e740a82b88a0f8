import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { z } from 'zod'
import { newId } from '#protocol/ids.ts'
import type { SignedIn } from '#server/auth/sessions.ts'
import { systemClock, toInstant } from '#server/clock.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { buildApp } from '#server/http/app.ts'
import { createAccountedRequests } from '#server/http/change-guard.ts'
import { createSecurityEvents } from '#server/security/events.ts'
import { handler, serveParent } from './child.ts'

/**
 * The server's HTTP side alone in a process: the whole app with its checks, whose people are kept in memory; or, for the
 * reference, a bare server that writes every event to whoever listens.
 */
const log = pino({ level: 'fatal' }, process.stderr)
const events = createConsoleEvents()
const root = newId(Date.now())
/** The topmost area, and one of its communes: where what happens is told. */
const areaPath = [root, newId(Date.now())]
const accounts = new Map<string, SignedIn>()
const listening = new Set<http.ServerResponse>()
let sequence = 0

/** Whoever comes with a cookie of its own is a console of a person of its own. */
function signIn(token: string): SignedIn {
  const known = accounts.get(token)
  if (known !== undefined) return known
  const accountId = newId(Date.now())
  const grants = [{ areaId: root, areaPath: [root], role: 'editor' as const }]
  const made: SignedIn = {
    actor: { accountId, userName: token, displayName: token, grants },
    rightsInForce: [`editor ${root}`],
    renewal: undefined,
    isSuperseded: false,
    sessionId: accountId,
    csrfToken: token,
    expiresAt: toInstant(new Date(Date.now() + 3_600_000)),
    secondFactor: { needed: false, active: false },
  }
  accounts.set(token, made)
  return made
}

async function openOurs(): Promise<{ port: number }> {
  const app = await buildApp({
    log,
    clock: systemClock,
    events,
    sessions: { find: async (token) => signIn(token), onChange: () => () => {} },
    verifyDevice: async () => false,
    audit: { note: async () => {} },
    security: createSecurityEvents({ log, clock: systemClock }),
    accounted: createAccountedRequests(),
    onUnaudited: () => {},
    publicUrl: 'http://localhost',
    trustProxy: false,
    version: 'bench',
    zone: 'Asia/Ho_Chi_Minh',
    consoleDir: null,
    isHealthy: async () => true,
    routes: [],
    rateLimits: { perMinute: 1_000_000, strictPerMinute: 1_000_000 },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port }
}

async function openBare(): Promise<{ port: number }> {
  const server = http.createServer((request, response) => {
    if (request.url !== '/api/events') {
      response.end('{}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(': here\n\n')
    listening.add(response)
    response.once('close', () => listening.delete(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port }
}

serveParent({
  open: handler(z.object({ kind: z.enum(['ours', 'bare']) }), ({ kind }) =>
    kind === 'ours' ? openOurs() : openBare(),
  ),

  /** So many events at once, as fast as they can be made. */
  publish: handler(z.object({ count: z.number() }), async ({ count }) => {
    for (let index = 0; index < count; index++) {
      const id = newId(Date.now())
      events.publish({ kind: 'devices', areaPath, id })
      sequence += 1
      // What ours sends, without asking who may hear it.
      if (listening.size > 0) {
        const text = `id: 0123456789ab-${sequence}\ndata: ${JSON.stringify({ kind: 'devices', id })}\n\n`
        for (const response of listening) response.write(text)
      }
    }
    return null
  }),
})

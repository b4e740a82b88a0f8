import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Response } from 'light-my-request'
import { type Logger, pino } from 'pino'
import { type DeviceId, newId } from '#protocol/ids.ts'
import { calendarRoutes } from '#server/areas/calendar-routes.ts'
import { createCalendarService } from '#server/areas/calendar-service.ts'
import { areasRoutes } from '#server/areas/routes.ts'
import type { AreaKind } from '#server/areas/rules.ts'
import { areaRulesRoutes } from '#server/areas/rules-routes.ts'
import { createAreaRulesService } from '#server/areas/rules-service.ts'
import { createAreasService } from '#server/areas/service.ts'
import { insertArea } from '#server/areas/store.ts'
import type { Audit } from '#server/audit/audit.ts'
import { composeAudit } from '#server/audit/compose.ts'
import { auditRoutes } from '#server/audit/routes.ts'
import { keepSignedHead } from '#server/audit/signed-head.ts'
import { listTrustedKeys } from '#server/audit/trusted-keys.ts'
import { composeAuth } from '#server/auth/compose.ts'
import { authRoutes } from '#server/auth/routes.ts'
import type { Role } from '#server/auth/rules.ts'
import { loadSealing } from '#server/auth/sealing.ts'
import type { AuthService } from '#server/auth/service.ts'
import { createSessions, type SessionRules, type Sessions } from '#server/auth/sessions.ts'
import { insertAccount } from '#server/auth/store.ts'
import { csrfTokenFor } from '#server/auth/tokens.ts'
import { toDate } from '#server/clock.ts'
import { type ConsoleEvents, createConsoleEvents } from '#server/console-events.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { type BrokerDesk, createBrokerDesk } from '#server/devices/broker-desk.ts'
import { directoryRoutes } from '#server/devices/directory/routes.ts'
import { createDirectoryService } from '#server/devices/directory/service.ts'
import { createEnrolmentService, type EnrolmentService } from '#server/devices/enrolment.ts'
import { deviceGroupsRoutes } from '#server/devices/groups-routes.ts'
import { createDeviceGroupsService } from '#server/devices/groups-service.ts'
import { devicesRoutes } from '#server/devices/routes.ts'
import { createDevicesService } from '#server/devices/service.ts'
import { insertDevice } from '#server/devices/store.ts'
import { type AppDeps, buildApp } from '#server/http/app.ts'
import { createAccountedRequests } from '#server/http/change-guard.ts'
import type { ServerKeys } from '#server/keys.ts'
import type { BrokerAccounts, DeviceLink } from '#server/mqtt/link.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import { createSecurityEvents, type SecurityEvents, type SecurityFacts } from '#server/security/events.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { makeTestKeys } from './keys.ts'

/** What every service is given; a test of another feature composes its own services of it. */
export interface TestParts {
  db: TestDatabase
  clock: TestClock
  log: Logger
  events: ConsoleEvents
  plan: PlanListener
  keys: ServerKeys
  link: DeviceLink
  brokerAccounts: BrokerAccounts
  sessions: Sessions
  audit: Audit
  security: SecurityEvents
  /** A directory for files, removed at the end. */
  dir: string
}

export interface TestAppOptions {
  /** Routes of other features, below /api. */
  routes?: (parts: TestParts) => readonly FastifyPluginAsyncZod[]
  rootRoutes?: (parts: TestParts) => readonly FastifyPluginAsyncZod[]
  /** Anything else that the app is to be built with. */
  app?: Partial<AppDeps>
  allowInsecureEnrolment?: boolean
  /** How long sessions last, and who needs a second factor: nobody, unless given. */
  sessions?: SessionRules
  parts?: Partial<Pick<TestParts, 'link' | 'plan' | 'brokerAccounts' | 'log'>>
}

/** Somebody who is signed in: `call('POST', '/api/areas', {…})` with cookie and CSRF token. */
export interface TestUser {
  accountId: string
  /** Its cookie, which an answer may replace. */
  readonly token: string
  call(method: Method, url: string, body?: object, headers?: Record<string, string>): Promise<Response>
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'

export interface TestApp extends TestParts {
  app: FastifyInstance
  auth: AuthService
  enrolment: EnrolmentService
  desk: BrokerDesk
  /** What services told their neighbours, in order: `disconnect <id>`, `create <id>`, `revoke <id>`, `device <id>`, `area <id>`. */
  told: string[]
  /** The security events, in order. */
  reported: { code: SecurityCode; facts: SecurityFacts }[]
  /** Every route that was registered: `GET /api/areas`. */
  routeList: { method: string; url: string; action: string; isHidden: boolean; holdsSecret: boolean }[]
  inject(options: InjectOptions): Promise<Response>
  makeArea(kind: AreaKind, name: string, parentId?: string): Promise<string>
  makeDevice(areaId: string, name: string): Promise<DeviceId>
  /** An account with these roles and an open session; no password. */
  signInAs(...grants: { areaId: string; role: Role }[]): Promise<TestUser>
  close(): Promise<void>
}

/** The link and the broker's accounts as far as HTTP is concerned: what was asked of them is written down. */
function createRecorders(told: string[]): Pick<TestParts, 'link' | 'plan' | 'brokerAccounts'> {
  const tell = (what: string, id: string): void => {
    told.push(`${what} ${id}`)
  }
  return {
    link: {
      publish: async (topic) => tell('publish', topic),
      disconnect: async (id) => tell('disconnect', id),
      isUp: () => true,
      close: async () => {},
    },
    plan: { areaChanged: (id) => tell('area', id), deviceChanged: (id) => tell('device', id) },
    brokerAccounts: { create: async (id) => tell('create', id), revoke: async (id) => tell('revoke', id) },
  }
}

/** The whole HTTP server on a fresh database, for `inject`. `close()` removes everything. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const told: string[] = []
  const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-app-'))
  const db = await createTestDatabase()
  const clock = createTestClock()
  const log = options.parts?.log ?? pino({ level: process.env.TEST_LOG ?? 'silent' })
  const reported: TestApp['reported'] = []
  const keys = await makeTestKeys(path.join(dir, 'keys'))
  const security = createSecurityEvents({ log, clock, sinks: [(code, facts) => reported.push({ code, facts })] })
  const accounted = createAccountedRequests()
  const auditing = composeAudit({
    db,
    clock,
    log,
    security,
    signer: () => keys.signer,
    trustedKeys: () => listTrustedKeys(keys),
    signedHead: keepSignedHead(path.join(dir, 'audit-head.json')),
    retentionDays: 0,
    onAccounted: (requestId) => accounted.add(requestId),
  })
  const parts: TestParts = {
    db,
    clock,
    dir,
    log,
    events: createConsoleEvents(),
    keys,
    sessions: createSessions({ db, clock, ...options.sessions }),
    audit: auditing.audit,
    security,
    ...createRecorders(told),
    ...options.parts,
  }
  const publicUrl = options.app?.publicUrl ?? 'http://localhost:8080'
  const zone = 'Asia/Ho_Chi_Minh'
  const people = await composeAuth({
    ...parts,
    zone,
    publicUrl,
    sealing: await loadSealing(path.join(dir, 'keys')),
    invitationValidMs: 24 * 3_600_000,
  })
  const mqtt = { url: 'mqtt://localhost:1883', caPem: null }
  const desk = createBrokerDesk(parts)
  const enrolment = createEnrolmentService({ ...parts, desk, publicUrl, mqtt })
  const routeList: TestApp['routeList'] = []
  const recordRoutes: FastifyPluginAsyncZod = async (app) => {
    app.addHook('onRoute', ({ method, url, config, schema }) => {
      for (const one of [method].flat()) {
        const { action = '', holdsSecret = false } = config ?? {}
        routeList.push({ method: one, url, action, isHidden: schema?.hide === true, holdsSecret })
      }
    })
  }
  const app = await buildApp({
    log: parts.log,
    clock,
    events: parts.events,
    sessions: parts.sessions,
    verifyDevice: enrolment.verifyDevice,
    audit: parts.audit,
    security,
    accounted,
    onUnaudited({ route }) {
      throw new Error(`${route} changed something and wrote nothing into the audit trail`)
    },
    publicUrl,
    trustProxy: false,
    version: '0.0.0-test',
    zone,
    consoleDir: null,
    isHealthy: async () => true,
    rateLimits: { perMinute: 100_000, strictPerMinute: 100_000 },
    ...options.app,
    routes: [
      Object.assign(recordRoutes, { [Symbol.for('skip-override')]: true }),
      authRoutes({ ...people, sessions: parts.sessions, publicUrl }),
      areasRoutes({ areas: createAreasService(parts) }),
      calendarRoutes({ calendar: createCalendarService(parts), clock }),
      areaRulesRoutes({ areaRules: createAreaRulesService(parts) }),
      devicesRoutes({
        devices: createDevicesService(parts),
        enrolment,
        allowInsecureEnrolment: options.allowInsecureEnrolment ?? false,
      }),
      directoryRoutes({ directory: createDirectoryService(parts) }),
      deviceGroupsRoutes({ groups: createDeviceGroupsService(parts) }),
      auditRoutes({ ...auditing, clock, zone: 'Asia/Ho_Chi_Minh' }),
      ...(options.routes?.(parts) ?? []),
      ...(options.app?.routes ?? []),
    ],
    rootRoutes: options.rootRoutes?.(parts) ?? [],
  }).catch(async (error: unknown) => {
    await db.close()
    await rm(dir, { recursive: true, force: true })
    throw error
  })

  const makeArea: TestApp['makeArea'] = async (kind, name, parentId) => {
    const parent = parentId === undefined ? null : await db.prisma.area.findUniqueOrThrow({ where: { id: parentId } })
    const id = newId(clock.now())
    const createdAt = toDate(clock.now())
    const area = { id, kind, name, parentId: parent?.id ?? null, path: [...(parent?.path ?? []), id], timeZone: zone }
    await insertArea(db.prisma, { ...area, createdAt })
    return id
  }

  const signInAs: TestApp['signInAs'] = async (...grants) => {
    const accountId = newId(clock.now())
    const userName = `u${accountId.slice(-12)}`
    const createdAt = toDate(clock.now())
    const row = { id: accountId, userName, displayName: `Người ${userName}`, passwordHash: null, createdAt }
    await insertAccount(db.prisma, row, grants)
    let token = await parts.sessions.open(db.prisma, accountId, { address: '127.0.0.1', userAgent: 'test' })
    return {
      accountId,
      get token() {
        return token
      },
      async call(method, url, body, headers = {}) {
        const response = await app.inject({
          method,
          url,
          cookies: { loaxa_session: token },
          headers: { 'x-csrf-token': csrfTokenFor(token), ...headers },
          ...(body === undefined ? {} : { payload: body }),
        })
        const given = response.cookies.find((one) => one.name === 'loaxa_session')
        if (given !== undefined && given.value !== '') token = given.value
        return response
      },
    }
  }

  return {
    ...parts,
    app,
    auth: people.auth,
    enrolment,
    desk,
    told,
    reported,
    routeList,
    inject: (request) => app.inject(request),
    makeArea,
    makeDevice: async (areaId, name) => {
      const id = newId(clock.now())
      await insertDevice(db.prisma, { id, areaId, name, createdAt: toDate(clock.now()) })
      return id as DeviceId
    },
    signInAs,
    close: async () => {
      await app.close()
      await db.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { airtimeRoutes } from './airtime/routes.ts'
import { createAirtimeService } from './airtime/service.ts'
import { createSpeechRenderer } from './alerts/audio.ts'
import { alertsRoutes } from './alerts/routes.ts'
import { createAlertsService } from './alerts/service.ts'
import { createDelegationsService } from './approvals/delegations-service.ts'
import { delegationRoutes, standingRoutes } from './approvals/routes.ts'
import { createStandingService } from './approvals/standing-service.ts'
import { calendarRoutes } from './areas/calendar-routes.ts'
import { createCalendarService } from './areas/calendar-service.ts'
import { movesRoutes } from './areas/moves/routes.ts'
import { createMovesService } from './areas/moves/service.ts'
import { areaOverviewRoutes } from './areas/overview-routes.ts'
import { createAreaOverviewService } from './areas/overview-service.ts'
import { areasRoutes } from './areas/routes.ts'
import { areaRulesRoutes } from './areas/rules-routes.ts'
import { createAreaRulesService } from './areas/rules-service.ts'
import { createAreasService } from './areas/service.ts'
import { areaZoneRoutes } from './areas/zone-routes.ts'
import { createAreaZoneService } from './areas/zone-service.ts'
import { openFfmpeg } from './audio/ffmpeg.ts'
import { defaultClipLimits } from './audio/probe.ts'
import { openEspeakNg } from './audio/speech.ts'
import { composeAudit } from './audit/compose.ts'
import { auditRoutes } from './audit/routes.ts'
import { keepSignedHead } from './audit/signed-head.ts'
import { listTrustedKeys } from './audit/trusted-keys.ts'
import { composeAuth } from './auth/compose.ts'
import { authRoutes } from './auth/routes.ts'
import { loadSealing } from './auth/sealing.ts'
import { createSessions } from './auth/sessions.ts'
import { changesRoutes } from './broadcasts/changes-routes.ts'
import { createChangesService } from './broadcasts/changes-service.ts'
import { createCheckService } from './broadcasts/check-service.ts'
import { createOccurrencesService } from './broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from './broadcasts/routes.ts'
import { createBroadcastsService } from './broadcasts/service.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createConsoleEvents } from './console-events.ts'
import { openDatabase } from './db.ts'
import { createBlobs } from './delivery/blobs.ts'
import { createBlockServer } from './delivery/blocks.ts'
import type { PlanListener } from './delivery/plan-listener.ts'
import { clipBytesRoutes } from './delivery/routes.ts'
import { createDeliveryService } from './delivery/service.ts'
import { createBrokerDesk } from './devices/broker-desk.ts'
import { bulkRoutes } from './devices/bulk/routes.ts'
import { createBulkService } from './devices/bulk/service.ts'
import { commandsRoutes } from './devices/commands/routes.ts'
import { createCommandsService } from './devices/commands/service.ts'
import { directoryRoutes } from './devices/directory/routes.ts'
import { createDirectoryService } from './devices/directory/service.ts'
import { createEnrolmentService } from './devices/enrolment.ts'
import { deviceGroupsRoutes } from './devices/groups-routes.ts'
import { createDeviceGroupsService } from './devices/groups-service.ts'
import { createHistoryService } from './devices/history/service.ts'
import { devicePageRoutes } from './devices/page/routes.ts'
import { createPresenceService, type PresenceService } from './devices/presence/service.ts'
import { devicesRoutes } from './devices/routes.ts'
import { createDevicesService } from './devices/service.ts'
import { buildApp } from './http/app.ts'
import { createAccountedRequests } from './http/change-guard.ts'
import { createMetricsDoor, metricsRoutes } from './http/metrics-route.ts'
import { createJobs } from './jobs.ts'
import { makeFirstKeys } from './keys/folder.ts'
import { jwksRoutes } from './keys/routes.ts'
import { wereKeysInUse } from './keys/store.ts'
import { takeUpKeys } from './keys/take-up.ts'
import { loadServerKeys } from './keys.ts'
import { createLedgerService } from './ledger/service.ts'
import { createAiringsService } from './library/airings-service.ts'
import { createBulletinsService } from './library/bulletins-service.ts'
import { openClipFiles } from './library/clip-files.ts'
import { createClipProcessing } from './library/clip-processing.ts'
import { createClipsService } from './library/clips-service.ts'
import { createProgrammesService } from './library/programmes-service.ts'
import { reviewRoutes } from './library/review-routes.ts'
import { bulletinRoutes, clipRoutes, programmeRoutes } from './library/routes.ts'
import { createUndoService } from './library/undo-service.ts'
import { createUploadFiles } from './library/uploads-files.ts'
import { uploadRoutes } from './library/uploads-routes.ts'
import { createUploadsService } from './library/uploads-service.ts'
import { createMetrics } from './metrics.ts'
import type { UplinkHandlers } from './mqtt/link.ts'
import { judgePlainMqtt, openLink } from './mqtt/open.ts'
import { createUplinkRouter } from './mqtt/router.ts'
import { planningRoutes } from './planning/routes.ts'
import { createPlanningService } from './planning/service.ts'
import { checkSecretSettings, closeKeyFolder, readSecretSetting } from './secret-files.ts'
import { openSecurity } from './security/open.ts'
import { guessMqttUrl, listUnsafeSettings, StartError, settlePort } from './start.ts'
import { todayRoutes } from './today/routes.ts'
import { createTodayService } from './today/service.ts'

export interface RunningServer {
  readonly log: Logger
  readonly publicUrl: string
  /** Where it listens. */
  readonly httpUrl: string
  /** Of the embedded broker; null with an external one. */
  readonly mqttUrl: string | null
  /** Set while there is no account. */
  readonly setupCode: string | undefined
  close(): Promise<void>
}

export interface ServerHooks {
  /** What the server stands on is gone; only a new start helps. */
  readonly onLost: () => void
  /** The first account was made. */
  readonly onSetUp: () => Promise<void>
}

/** Beside the bundle in dist/, or in the source tree. */
function findFiles(): { migrationsDir: string; consoleDir: string | null } {
  const beside = path.join(import.meta.dirname, 'migrations')
  const isBundle = existsSync(beside)
  const root = path.dirname(import.meta.dirname)
  const consoleDir = path.join(isBundle ? import.meta.dirname : path.join(root, 'dist'), 'console')
  return {
    migrationsDir: isBundle ? beside : path.join(root, 'prisma/migrations'),
    consoleDir: existsSync(path.join(consoleDir, 'index.html')) ? consoleDir : null,
  }
}

/**
 * Everything, composed by hand. The order is the order of need: what a crash interrupted is frozen and compiled before
 * devices and people are let in. Throws StartError and the like, closing what it had opened.
 */
export async function composeServer(config: Config, log: Logger, hooks: ServerHooks): Promise<RunningServer> {
  const opened: (() => Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return await compose(config, log, hooks, opened, closeAll)
  } catch (cause) {
    await closeAll()
    throw cause
  }
}

async function openAudio(config: Config) {
  const directory = path.join(config.dataDir, 'jail')
  const ffmpeg = await openFfmpeg({ directory })
  if (!ffmpeg.ok) throw new StartError(ffmpeg.remedy)
  const speech = await openEspeakNg({ directory })
  if (!speech.ok) throw new StartError(speech.remedy)
  return { ffmpeg: ffmpeg.ffmpeg, speech: speech.engine }
}

async function compose(
  config: Config,
  log: Logger,
  { onLost, onSetUp }: ServerHooks,
  opened: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<RunningServer> {
  // What is refused is refused before keys and a database are made.
  judgePlainMqtt(config)
  await checkSecretSettings(config)
  const clock = systemClock
  const metrics = createMetrics({ version: packageJson.version, processMetrics: true, log })
  const { security, close: closeSecurity } = await openSecurity(config, {
    log,
    clock,
    count: metrics.countSecurityEvent,
  })
  opened.push(closeSecurity)
  const metricsToken =
    config.metricsTokenFile === undefined
      ? undefined
      : (await readSecretSetting('METRICS_TOKEN_FILE', config.metricsTokenFile)).trim()
  if (metricsToken === '')
    throw new StartError('The file that METRICS_TOKEN_FILE names is empty: write a token into it.')
  const events = createConsoleEvents()
  const { migrationsDir, consoleDir } = findFiles()
  await mkdir(config.dataDir, { recursive: true })
  const { ffmpeg, speech } = await openAudio(config)
  const files = await openClipFiles(config.dataDir)
  const db = await openDatabase({
    url: config.databaseUrl,
    ownerUrl: config.databaseOwnerUrl,
    migrationsDir,
    log,
    onLost,
  })
  opened.push(() => db.close())
  const keysDir = path.join(config.dataDir, 'keys')
  const createdRecoveryKey = await makeFirstKeys(keysDir, () => wereKeysInUse(db.prisma))
  if (createdRecoveryKey !== undefined) {
    log.warn({ event: 'recovery-key-made', file: createdRecoveryKey }, 'take the recovery key offline')
  }
  const keys = await loadServerKeys(keysDir)

  const exposedKeys = await closeKeyFolder(keysDir)
  for (const detail of [...listUnsafeSettings(config), ...exposedKeys]) security.report('settings-unsafe', { detail })
  const httpPort = await settlePort(config.http.port, config.http.host)
  const publicUrl = config.http.publicUrl ?? `http://localhost:${httpPort}`
  const accounted = createAccountedRequests()
  const auditing = composeAudit({
    db,
    clock,
    log,
    security,
    signer: () => keys.signer,
    trustedKeys: () => listTrustedKeys(keys),
    retentionDays: config.auditRetentionDays,
    signedHead: keepSignedHead(path.join(keysDir, 'audit-head.json')),
    onAccounted: (requestId) => accounted.add(requestId),
  })
  opened.push(() => auditing.close())
  const { audit } = auditing
  const base = { db, clock, log, events, audit, security }
  if (db.mayRewriteAudit) {
    security.report('settings-unsafe', {
      detail:
        'The role of DATABASE_URL owns the audit trail: only triggers keep it from changing it. Give it a role of its own, and set DATABASE_OWNER_URL (docs/operations.md).',
    })
  }

  const plain = config.mqtt.kind === 'embedded' ? config.mqtt.plain : undefined
  const mqttPort = plain === undefined ? 0 : await settlePort(plain.port, plain.host)
  const mqttAddress = guessMqttUrl(config, publicUrl, mqttPort)
  const {
    link,
    accounts: brokerAccounts,
    open: openToDevices,
    caPem,
    renewCertificate,
  } = await openLink(
    config,
    { plainPort: mqttPort, address: mqttAddress },
    {
      log,
      security,
      clock,
      verifyDevice: (id, secret) => enrolment.verifyDevice(id, secret),
      onUp: () => desk.cameBack(),
    },
  )
  opened.push(() => link.close())

  const jobs = createJobs({ clock, log })
  const blobs = createBlobs({ db, clock, clips: files })
  const desk = createBrokerDesk({ db, log, link, brokerAccounts, onExpelled: (id) => blobs.forget([id]) })
  opened.push(() => desk.idle())
  // Presence, delivery and the ledger ask each other; each gets the others by a function.
  const presence: PresenceService = createPresenceService({
    ...base,
    keys,
    link,
    desk,
    delivery: {
      onHello: (id, hello) => delivery.onHello(id, hello),
      afterWelcome: (id, hello) => delivery.afterWelcome(id, hello),
    },
    ledger: { standing: (...asked) => ledger.standing(...asked) },
    alerts: { inForce: (areaPath) => alerts.inForce(areaPath) },
  })
  opened.push(() => presence.close())
  const delivery = createDeliveryService({
    ...base,
    signer: keys.signer,
    link,
    horizonDays: config.horizonDays,
    clips: { transport: config.clipTransport, baseUrl: config.clipTransport === 'mqtt' ? null : publicUrl },
    onlineAmong: (ids) => presence.onlineAmong(ids),
    onTargetsChanged: (ids) => blobs.forget(ids),
  })
  opened.push(() => delivery.stop())
  const ledger = createLedgerService({ ...base, link, alarms: presence, onTaken: metrics.countLedgerEntries })
  opened.push(() => ledger.flush())
  const blocks = createBlockServer({ blobs, link, log })
  const limits = { ...defaultClipLimits, maxBytes: config.uploadMaxBytes }
  const alerts = createAlertsService({
    ...base,
    keys,
    link,
    files,
    renderSpeech: createSpeechRenderer({
      speech,
      ffmpeg,
      limits,
      workDir: path.join(config.dataDir, 'alert-speech'),
      log,
    }),
  })
  opened.push(() => alerts.close())
  const commands = createCommandsService({ ...base, keys, link, onlineAmong: (ids) => presence.onlineAmong(ids) })
  opened.push(() => commands.idle())

  const plan: PlanListener = {
    areaChanged(id) {
      delivery.plan.areaChanged(id)
      void edges.rearm()
    },
    deviceChanged: (id) => delivery.plan.deviceChanged(id),
  }
  const planning = { ...base, plan }
  const broadcasts = createBroadcastsService(planning)
  const occurrences = createOccurrencesService({
    ...planning,
    commands,
    zone: config.timeZone,
    horizonDays: config.horizonDays,
  })
  const edges = jobs.at(
    'occurrences begin and end',
    () => occurrences.nextEdgeAt(),
    () => occurrences.advance(),
  )

  const moves = createMovesService({ ...planning, onPlanned: () => void moving.rearm() })
  const moving = jobs.at(
    'planned moves',
    () => moves.nextAt(),
    () => moves.runDue(),
  )

  const processing = createClipProcessing({
    ...base,
    files,
    ffmpeg,
    limits,
    speech,
  })
  opened.push(() => processing.close())
  const clips = createClipsService({ ...base, files, processing, speech, uploadMaxBytes: config.uploadMaxBytes })

  const uploads = createUploadsService({
    ...base,
    files: createUploadFiles(files),
    processing,
    uploadMaxBytes: config.uploadMaxBytes,
  })

  const enrolment = createEnrolmentService({
    ...planning,
    keys,
    desk,
    publicUrl,
    mqtt: { url: mqttAddress, caPem },
  })

  const devices = createDevicesService(planning)
  const history = createHistoryService({ db, clock, devices, horizonDays: config.horizonDays, zone: config.timeZone })
  const airing = createPlanningService(planning)
  const airtime = createAirtimeService({ db, clock, audit })

  const sessions = createSessions({
    db,
    clock,
    limits: config.sessions,
    secondFactorRoles: config.secondFactorRoles,
  })
  const people = await composeAuth({
    ...base,
    sessions,
    sealing: await loadSealing(keysDir),
    zone: config.timeZone,
    publicUrl,
    invitationValidMs: config.invitationValidMs,
    onSetUp,
  })
  const app = await buildApp({
    log,
    clock,
    events,
    sessions,
    verifyDevice: enrolment.verifyDevice,
    audit,
    security,
    accounted,
    onUnaudited: ({ route, requestId }) => security.report('audit-missing', { requestId, detail: route }),
    metricsDoor: metricsToken === undefined ? undefined : createMetricsDoor(metricsToken, security),
    onAnswered: metrics.countAnswer,
    publicUrl,
    trustProxy: config.http.trustProxy.length > 0 && config.http.trustProxy.join(','),
    rateLimits: config.http.rateLimits,
    version: packageJson.version,
    zone: config.timeZone,
    consoleDir,
    isHealthy: async () => link.isUp() && (await db.pool.query('SELECT 1')).rowCount === 1,
    routes: [
      authRoutes({ ...people, sessions, publicUrl }),
      areasRoutes({ areas: createAreasService(base) }),
      movesRoutes({ moves }),
      calendarRoutes({ calendar: createCalendarService(planning), clock }),
      areaRulesRoutes({ areaRules: createAreaRulesService({ ...planning, horizonDays: config.horizonDays }) }),
      areaOverviewRoutes({ overview: createAreaOverviewService(base), clock }),
      areaZoneRoutes({ zones: createAreaZoneService({ ...planning, horizonDays: config.horizonDays }) }),
      devicesRoutes({
        devices,
        enrolment,
        allowInsecureEnrolment: config.allowInsecureEnrolment,
      }),
      directoryRoutes({ directory: createDirectoryService(base) }),
      devicePageRoutes({ db, clock, devices, history, planning: airing }),
      bulkRoutes({ bulk: createBulkService({ ...planning, commands }) }),
      commandsRoutes({ commands }),
      deviceGroupsRoutes({ groups: createDeviceGroupsService(planning) }),
      alertsRoutes({ alerts }),
      clipRoutes({ clips, files }),
      uploadRoutes({ uploads, uploadMaxBytes: config.uploadMaxBytes }),
      bulletinRoutes({ bulletins: createBulletinsService(planning) }),
      reviewRoutes({ airings: createAiringsService({ db, clock }), undo: createUndoService(planning) }),
      programmeRoutes({ programmes: createProgrammesService(planning) }),
      standingRoutes({ standing: createStandingService(base) }),
      delegationRoutes({ delegations: createDelegationsService({ ...base, sessions }) }),
      broadcastsRoutes({ broadcasts, occurrences }),
      todayRoutes({
        today: createTodayService({ db, clock, zone: config.timeZone, horizonDays: config.horizonDays }),
      }),
      changesRoutes({
        changes: createChangesService({ ...planning, broadcasts }),
        checks: createCheckService(planning),
      }),
      planningRoutes({ planning: airing }),
      airtimeRoutes({ airtime, zone: config.timeZone }),
      auditRoutes({ ...auditing, clock, zone: config.timeZone }),
    ],
    rootRoutes: [
      clipBytesRoutes({ blobs, isSharable: config.clipTransport !== 'mqtt' }),
      jwksRoutes({ keys }),
      ...(metricsToken === undefined ? [] : [metricsRoutes({ metrics })]),
    ],
  })
  opened.push(() => app.close())
  opened.push(() => jobs.stop())

  // What happened while we were away, before anybody is let in.
  await occurrences.advance()
  await moves.runDue()
  await presence.closeFormerConnections()
  if (config.mqtt.kind === 'embedded') await presence.forgetConnections()
  await delivery.compileAll()
  await uploads.resume()
  await processing.resume()

  jobs.every('freeze what has begun', '*/30 * * * * *', () => occurrences.advance())
  jobs.every('moves that something was in the way of', '50 */10 * * * *', () => moves.runDue())
  jobs.every('repair targets', '15,45 * * * * *', () => delivery.tick())
  jobs.every('repeat what the broker was not told', '25,55 * * * * *', () => desk.settle())
  jobs.every('notice silent devices', '30 * * * * *', () => presence.sweepSilent())
  jobs.every('say what a flood left out', '10 * * * * *', async () => security.sayWithheld())
  jobs.every('sweep', '0 17 * * * *', async () => {
    await delivery.sweep()
    await sessions.sweep()
    await uploads.sweep()
  })
  jobs.every('drop old connections', '0 41 2 * * *', () => presence.sweepConnections())
  jobs.every('sum airtime', '35 * * * * *', () => airtime.refresh())
  jobs.every('sum what late reports made certain', '40 */15 * * * *', () => airtime.settle())
  jobs.every('write how devices were', '20 */5 * * * *', () => presence.writeHealth())
  jobs.every('drop old health', '0 43 2 * * *', () => presence.sweepHealth())
  const takingUp = { ...base, keys, tellDevices: () => presence.tellKeys() }
  jobs.every('take up another signing key', '*/10 * * * * *', () => takeUpKeys(takingUp))
  jobs.every('take up a renewed certificate', '40 23 * * * *', renewCertificate)
  jobs.every('tidy up after sign-ins', '5 * * * * *', () => people.auth.tidy())
  auditing.schedule(jobs)
  await edges.rearm()
  await moving.rearm()

  const handlers: UplinkHandlers = {
    ...presence.handlers,
    ...ledger.handlers,
    clips: delivery.clipsHandler,
    'clip-get': blocks.handler,
  }
  const router = createUplinkRouter({ handlers, log, security })
  metrics.gauge('loaxa_devices_online', 'Devices that are online', () => presence.countOnline())
  metrics.gauge('loaxa_broker_up', '1 while the server is heard on its broker', () => (link.isUp() ? 1 : 0))
  metrics.counts('loaxa_device_messages_total', 'Messages of devices, by what became of them', 'outcome', router.counts)
  await openToDevices(router.accept)
  await alerts.resume()
  await app.listen({ host: config.http.host, port: httpPort })
  await takeUpKeys(takingUp)
  await auditing.recordStart({ version: packageJson.version, settings: config.shown })
  return {
    log,
    publicUrl,
    httpUrl: `http://${config.http.host}:${httpPort}`,
    mqttUrl: plain === undefined ? null : `mqtt://${plain.host}:${mqttPort}`,
    setupCode: (await people.auth.makeSetupCode())?.code,
    close: closeAll,
  }
}

import { randomUUID } from 'node:crypto'
import { access, chmod, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { type Agent, startAgent } from '#agent/agent.ts'
import type { Identity } from '#agent/io/identity.ts'
import { createLog } from '#agent/io/log.ts'
import { type BootId, bootId } from '#protocol/ids.ts'
import { createAudit } from '#server/audit/audit.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { openDatabase } from '#server/db.ts'
import { createBlobs } from '#server/delivery/blobs.ts'
import { createBlockServer } from '#server/delivery/blocks.ts'
import { createDeliveryService } from '#server/delivery/service.ts'
import { createPresenceService } from '#server/devices/presence/service.ts'
import { createLedgerService } from '#server/ledger/service.ts'
import { openClipFiles } from '#server/library/clip-files.ts'
import { openEmbeddedBroker } from '#server/mqtt/embedded.ts'
import { createUplinkRouter } from '#server/mqtt/router.ts'
import { startTcpProxy } from '../../../tools/tcp-proxy.ts'
import { createWorld } from '../../integration/broadcasts/world.ts'
import { makeTestKeys } from '../../support/keys.ts'
import { recordSecurity } from '../../support/security.ts'
import { insertEnrolled } from './enrolled.ts'
import { SimulatedCard } from './simulated-card.ts'
import { openPlanning } from './simulated-plan.ts'
import { SimulatedHorn } from './simulated-player.ts'
import { SimulatedTime } from './simulated-time.ts'

const zone = 'Asia/Ho_Chi_Minh'
const horizonDays = 14
const QUIET_TURNS = 2

/** Three weeks of fsync take their time on a disk, and say nothing here: power cuts on a real one are in power.test.ts. */
const pickFolder = (): Promise<string> =>
  access('/dev/shm', constants.W_OK).then(
    () => '/dev/shm',
    () => tmpdir(),
  )

/** A server in this process (its services, broker and database) and one device on real files, both in simulated time. */
export async function openSimulation(options: { startMs: number; random: () => number }) {
  const closers: (() => Promise<void>)[] = []
  const folder = await mkdtemp(path.join(await pickFolder(), 'loaxa-weeks-'))
  await chmod(folder, 0o711)
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const time = new SimulatedTime(options.startMs)
  const clock = time.serverClock
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const migrationsDir = path.resolve(import.meta.dirname, '../../../prisma/migrations')
  const db = await openDatabase({ url: `embedded:${path.join(folder, 'postgres')}`, migrationsDir, log })
  closers.push(() => db.close())
  const keys = await makeTestKeys(path.join(folder, 'keys'))
  const files = await openClipFiles(path.join(folder, 'data'))
  const security = recordSecurity()
  const base = { db, clock, log, security, events: createConsoleEvents(), audit: createAudit({ db, clock }) }
  const world = createWorld(db, clock)
  const commune = await world.area('commune', await world.area('province'))

  const at = new Date(clock.now())
  const { id, ledger, secret, ...known } = await insertEnrolled(db, commune.id, at, world.draw)

  const broker = await openEmbeddedBroker({
    plain: { host: '127.0.0.1', port: 0 },
    verifyDevice: async (who, given) => who === id && given === secret,
    log,
    security,
    clock,
  })
  closers.push(() => broker.close())
  let activity = 0
  const link = {
    ...broker,
    publish: (...message: Parameters<typeof broker.publish>) => {
      activity += 1
      return broker.publish(...message)
    },
  }
  const presence = createPresenceService({
    ...base,
    keys,
    link,
    desk: { expel: async () => true },
    delivery: {
      onHello: (who, hello) => delivery.onHello(who, hello),
      afterWelcome: (who, hello) => delivery.afterWelcome(who, hello),
    },
    ledger: { standing: (...asked) => ledgers.standing(...asked) },
    alerts: { inForce: async () => [] },
    flushDelayMs: 1,
  })
  const blobs = createBlobs({ db, clock, clips: files })
  const delivery = createDeliveryService({
    ...base,
    signer: keys.signer,
    link,
    horizonDays,
    clips: { transport: 'mqtt', baseUrl: null },
    onlineAmong: (ids) => presence.onlineAmong(ids),
    onTargetsChanged: (ids) => blobs.forget(ids),
  })
  const ledgers = createLedgerService({ ...base, link, alarms: presence })
  const blocks = createBlockServer({ blobs, link, log })
  const router = createUplinkRouter({
    log,
    security,
    handlers: {
      ...presence.handlers,
      ...ledgers.handlers,
      clips: delivery.clipsHandler,
      'clip-get': blocks.handler,
    },
  })
  const { port } = await broker.listen((topic, payload) => {
    activity += 1
    router.accept(topic, payload)
  })
  const network = await startTcpProxy({ target: () => ({ host: '127.0.0.1', port }) })
  closers.push(() => network.close())
  const planning = { ...base, plan: delivery.plan, zone, horizonDays, commands: { stopOccurrence: async () => {} } }
  const occurrences = createOccurrencesService(planning)
  const plan = await openPlanning({ ...planning, settled: () => delivery.settled() }, { world, commune, files })

  /** Until nothing is under way any more, on either side: no message, no file, no query. */
  async function settle(): Promise<void> {
    let quiet = 0
    let seen = -1
    while (quiet < QUIET_TURNS) {
      await router.idle()
      await delivery.settled()
      await presence.flush()
      // A millisecond: a signature is made, and a packet crosses the loopback interface.
      await new Promise((resolve) => setTimeout(resolve, 1))
      const now = activity + time.activity
      // Files that are being read or written; what else is under way makes a message, a timer or a query.
      const isBusy = process.getActiveResourcesInfo().some((name) => name.includes('Req'))
      quiet = isBusy || now !== seen ? 0 : quiet + 1
      seen = now
    }
  }

  const horn = new SimulatedHorn(() => time.nowMs, plan.durationOf)
  const identity: Identity = {
    version: 1,
    ...known,
    secret,
    ledgerId: ledger,
    codeUsed: 'none',
    deviceId: id,
    deviceName: 'Cụm loa thôn 1',
    areaName: 'Thôn 1',
    serverKey: keys.publicKey,
    keyGeneration: 0,
    recoveryKey: keys.recoveryKey,
    mqtt: { url: `mqtt://127.0.0.1:${network.port}`, caPem: null },
    enrolledAt: clock.now(),
  }
  const lines: string[] = []
  const deviceLog = createLog({ clock, level: 'info', format: 'text', write: (line) => void lines.push(line) })
  const card = await SimulatedCard.insert(folder)
  closers.push(() => card.remove())
  let boot: BootId = bootId.parse(randomUUID())
  let agent: Agent | undefined
  let isNetworkUp = true
  let isNtpSynchronised = false
  /** When the device could hear the server: from, to. */
  const reached: { readonly fromMs: number; toMs: number }[] = []
  /** Since when the card is full, and stretches in which what could not be written was lost. */
  let fullSinceMs = Number.POSITIVE_INFINITY
  const unwritten: { readonly fromMs: number; readonly toMs: number }[] = []
  /** What the device's clock read when it was last on. */
  let frozenMs = options.startMs

  function noteReach(): void {
    const last = reached.at(-1)
    const isOpen = last?.toMs === Number.POSITIVE_INFINITY
    if (agent !== undefined && isNetworkUp && !isOpen)
      reached.push({ fromMs: time.nowMs, toMs: Number.POSITIVE_INFINITY })
    if ((agent === undefined || !isNetworkUp) && isOpen) last.toMs = time.nowMs
  }
  /** What the agent kept in memory, since the card took nothing, goes with it. */
  function loseMemory(): void {
    if (card.isFull) unwritten.push({ fromMs: fullSinceMs, toMs: time.nowMs })
  }

  async function start(isColdBoot: boolean): Promise<void> {
    if (isColdBoot) {
      boot = bootId.parse(randomUUID())
      isNtpSynchronised = false
    }
    const deviceClock = time.deviceClock(isColdBoot)
    agent = await startAgent({
      stateDir: card.folder,
      identity,
      hardwareSerial: identity.hardwareSerial,
      bootId: boot,
      agentVersion: '0.0.0-weeks',
      clipCacheMaxBytes: 10_000_000,
      minFreeBytes: 0,
      clock: deviceClock,
      timeSources: { isNtpSynchronised: () => isNtpSynchronised, readRtc: async () => undefined },
      random: options.random,
      startPlayer: horn.start(deviceClock),
      log: deviceLog,
      onRestart: () => {},
    })
    noteReach()
  }

  return {
    time,
    horn,
    db,
    deviceId: id,
    ledgerId: ledger,
    security,
    lines,
    plan,
    card,
    reached,
    unwritten,
    occurrences,
    delivery,
    settle,
    playTo: (ms: number) => time.playTo(ms, settle),
    hopTo: (ms: number) => time.hopTo(ms, settle),
    isOn: () => agent !== undefined,

    /** Without a battery the clock goes on from where the power went. */
    async powerOn(): Promise<void> {
      if (agent !== undefined) return
      time.setDeviceClock(frozenMs)
      await start(true)
    },

    /** What the next boot finds is what lay on the card at this moment. */
    async powerOff(): Promise<void> {
      const gone = agent
      if (gone === undefined) return
      await settle()
      agent = undefined
      noteReach()
      loseMemory()
      horn.cut()
      const deviceMs = time.deviceMs
      time.powerOff()
      const before = await card.keepAsItIs()
      network.cut()
      // Its program ends on the card that nobody looks at any more, so that nothing stays open in this process.
      await gone.stop()
      await before.forget()
      if (isNetworkUp) network.heal()
      frozenMs = deviceMs
    },

    async restartAgent(): Promise<boolean> {
      const running = agent
      if (running === undefined) return false
      await time.until(running.stop(), settle)
      loseMemory()
      await start(false)
      return true
    },
    async fillCard(): Promise<boolean> {
      if (agent === undefined || card.isFull || !card.canBeFull) return false
      fullSinceMs = time.nowMs
      await card.fill()
      return true
    },
    freeCard: () => card.free(),

    cutNetwork(): void {
      isNetworkUp = false
      noteReach()
      network.cut()
    },
    healNetwork(): void {
      isNetworkUp = true
      noteReach()
      network.heal()
    },

    stepClock(byMs: number): boolean {
      if (agent === undefined) return false
      // By hand: the kernel takes back what it said of NTP.
      isNtpSynchronised = false
      time.setDeviceClock(time.deviceMs + byMs)
      horn.clockStepped(byMs)
      return true
    },

    /** What NTP does when it can reach its servers. */
    synchronise(): void {
      if (agent === undefined || !isNetworkUp) return
      const byMs = time.nowMs - time.deviceMs
      isNtpSynchronised = true
      time.setDeviceClock(time.nowMs)
      if (byMs !== 0) horn.clockStepped(byMs)
    },

    async close(): Promise<void> {
      const running = agent
      if (running !== undefined) await time.until(running.stop(), settle)
      await settle()
      await delivery.stop()
      await presence.close()
      await ledgers.flush()
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}

export type Simulation = Awaited<ReturnType<typeof openSimulation>>

import path from 'node:path'
import type { BootId } from '#protocol/ids.ts'
import { capabilities } from '#protocol/link.ts'
import { createSigner, toPrivateKey } from '#protocol/signing.ts'
import { createAlertDesk } from './alert-desk.ts'
import { createClipRoutes } from './clip-routes.ts'
import type { Clock } from './clock.ts'
import { History } from './core/history.ts'
import { judgeHorizon } from './core/horizon.ts'
import { findSilence } from './core/permitted.ts'
import { volumeOfAlert, volumeOfDevice } from './core/volume.ts'
import { type AmplifiedPlayer, type AmplifierConfig, switchAmplifier } from './io/amplifier.ts'
import { createCard } from './io/card.ts'
import { openClipStore } from './io/clip-store.ts'
import { createFetcher } from './io/fetcher.ts'
import type { Identity } from './io/identity.ts'
import { openLedger } from './io/ledger.ts'
import { createLink } from './io/link.ts'
import type { Log } from './io/log.ts'
import { keepPlayer, makeIdentifyVoice, type StartPlayer } from './io/player.ts'
import { openReplayMemory } from './io/replay-memory.ts'
import { openTargetStore } from './io/target-store.ts'
import type { TimeSources } from './io/time-sources.ts'
import { openTrust } from './io/trust.ts'
import { createLedgerUplink } from './ledger-uplink.ts'
import { createPlanBook } from './plan-book.ts'
import { createPlanner } from './planner.ts'
import { closeInterruptedPlays, createPlayDesk } from './play-desk.ts'
import { createRecorder } from './recorder.ts'
import { createRefusals } from './refusals.ts'
import { createReporter } from './reporter.ts'
import { createSession } from './session.ts'
import { createTicker } from './ticker.ts'
import { createTimeKeeper, readLastRun } from './time-keeper.ts'

const TICK_MS = 10_000
const PRUNE_EVERY_MS = 6 * 3_600_000
/** How long plays get to fade out and be written down when the agent ends, and the broker to take its goodbye. */
const FAREWELL_MS = 3_000

export type AgentOptions = {
  readonly stateDir: string
  readonly identity: Identity
  readonly hardwareSerial: string
  readonly bootId: BootId
  readonly agentVersion: string
  readonly clipCacheMaxBytes: number
  readonly minFreeBytes: number
  readonly clock: Clock
  readonly timeSources: TimeSources
  readonly random: () => number
  readonly startPlayer: StartPlayer
  /** Undefined where the amplifier is always on. */
  readonly amplifier?: AmplifierConfig | undefined
  readonly log: Log
  /** The server asked for a restart of the agent. */
  readonly onRestart: () => void
}

export interface Agent {
  /** Ends what plays, writes it down, says goodbye. Nothing is written to `stateDir` any more when this resolves. */
  stop(): Promise<void>
}

/** Composes the agent by hand and sets it going. All state lies below `stateDir`. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { stateDir, identity, clock, random, log } = options
  const { deviceId } = identity
  const history = new History()
  const card = createCard(log)
  const lastRun = await readLastRun(stateDir, card)
  const trust = await openTrust(stateDir, identity, log, card)
  const targets = await openTargetStore(stateDir, deviceId, log, card)
  const keeper = createTimeKeeper({
    stateDir,
    card,
    clock,
    sources: options.timeSources,
    trust,
    bootId: options.bootId,
    lastRun,
    log,
  })
  const content = () => targets.held?.manifest.content
  const heldRevision = (): number => targets.revisionUnder(trust.generation)
  let greetedGeneration = trust.generation
  const volumePercent = (): number => {
    const target = content()
    return target === undefined ? 0 : volumeOfDevice(target)
  }
  const ledger = await openLedger({
    stateDir,
    firstLedgerId: identity.ledgerId,
    clock,
    context: () => ({
      bootId: options.bootId,
      clock: keeper.state,
      targetRevision: targets.held?.manifest.revision ?? 0,
    }),
    log,
    onEntry: (entry) => {
      history.apply(entry)
      keeper.recall(entry)
    },
  })
  await keeper.observe(null)
  const store = await openClipStore({
    folder: path.join(stateDir, 'clips'),
    maxBytes: options.clipCacheMaxBytes,
    minFreeBytes: options.minFreeBytes,
    log,
    onFaults: (faults) => reporter.setAlarm('clip-corrupt', faults.has('clip-corrupt')),
  })

  const refusals = createRefusals({ log, onFirst: () => reporter.stateChanged() })
  const reporter = createReporter({
    deviceId,
    stateDir,
    link: () => link,
    clock,
    snapshot: () => ({
      playing: desk.nowPlaying(),
      volumePercent: volumePercent(),
      muted: content()?.muted ?? false,
      refused: refusals.counts,
      targetRevision: heldRevision(),
      needed: planner.needed,
    }),
    log,
  })
  card.tell('reading the ledger', ledger.isDamaged ? 'state-corrupt' : undefined)
  card.watch(() => {
    for (const trouble of ['disk-full', 'state-corrupt'] as const) reporter.setAlarm(trouble, card.has(trouble))
  })
  const recorder = createRecorder({
    ledger,
    history,
    log,
    onWritten: () => uplink.wake(),
    onTrouble: (trouble) => card.tell('writing the ledger', trouble),
  })

  const bare = keepPlayer({
    start: options.startPlayer,
    volumePercent,
    onEvent: (event) => {
      reporter.take(event)
      amplified?.take(event)
      desk.take(event)
      if (event.type !== 'clock-stepped') return
      planner.wake()
      lookAtClock().catch((cause: unknown) => log.error('looking at the clock failed', { cause }))
    },
    onLost: () => {
      amplified?.lose()
      reporter.setAlarm('sound-device-failed', true)
      return desk.abandonAll('sound-device-failed')
    },
    clock,
    log,
  })
  const amplified: AmplifiedPlayer | undefined =
    options.amplifier &&
    switchAmplifier({
      player: bare,
      config: options.amplifier,
      clock,
      log,
      onFailing: (isFailing) => reporter.setAlarm('amplifier-failed', isFailing),
    })
  const player = amplified ?? bare
  const desk = createPlayDesk({
    stateDir,
    card,
    player,
    recorder,
    clock,
    log,
    onChange: (ended) => {
      reporter.stateChanged()
      planner.wake()
      if (ended === undefined) return
      alerts.onPlayEnded(ended).catch((cause: unknown) => log.error('an ended alert was not remembered', { cause }))
      fetcher.setPaused(alerts.isAlerting)
    },
  })
  const fetcher = createFetcher({
    store,
    clock,
    log,
    onHeld: () => refreshPlans(),
    onDiskFull: (isFull) => card.tell('room for clips', isFull ? 'disk-full' : undefined),
  })
  const planner = createPlanner({
    targets,
    begun: await targets.readBegun(),
    book: createPlanBook(store, log),
    store,
    desk,
    recorder,
    history,
    keeper,
    clock,
    log,
    onWanted: (wanted, needed) => fetcher.setWanted(wanted, needed),
  })
  function refreshPlans(): void {
    planner
      .refresh()
      .then(() => reporter.clipsChanged())
      .catch((cause: unknown) => log.error('reading the day plans failed', { cause }))
  }

  const alerts = createAlertDesk({
    memory: await openReplayMemory(stateDir, log, card),
    desk,
    recorder,
    refusals,
    clock,
    log,
    areas: () => content()?.areas ?? [],
    volumeOf: (askedPercent) => {
      const target = content()
      return target === undefined ? (askedPercent ?? 0) : volumeOfAlert(target, askedPercent)
    },
    stopPlanned: (occurrenceId) => planner.stopPlanned(occurrenceId),
    identify: (trustedNow) => {
      const target = content()
      const why = target === undefined ? 'no-target' : findSilence(target, trustedNow)
      if (why === undefined) player.load(makeIdentifyVoice(clock.now()))
      else log.warn('identify refused', { why })
      return why === undefined ? 'done' : 'refused'
    },
    restart: options.onRestart,
  })

  const link = createLink({
    deviceId,
    secret: identity.secret,
    mqtt: identity.mqtt,
    clock,
    random,
    isClockTrusted: () => keeper.state === 'trusted',
    makeWill: (connection) => reporter.makeWill(connection),
    handlers: {
      onUp: (connection) => {
        session.onUp(connection)
        reporter.onUp(connection)
        routes.set(true)
      },
      onDown: () => {
        session.onDown()
        reporter.onDown()
        uplink.onDown()
        routes.set(false)
      },
      onMessage: (topic, payload) => session.onMessage(topic, payload),
    },
    log,
  })
  const routes = createClipRoutes({
    identity,
    link: () => link,
    fetcher,
    clock,
    random,
    wanted: () => content()?.clips,
  })

  const session = createSession({
    deviceId,
    link,
    trust,
    refusals,
    clock,
    random,
    handlers: {
      makeHello: () => {
        greetedGeneration = trust.generation
        const targetRevision = heldRevision()
        return {
          bootId: options.bootId,
          targetRevision,
          targetHash: targetRevision === 0 ? null : (targets.held?.manifest.contentHash ?? null),
          ledger: ledger.head,
          clock: {
            at: clock.now(),
            state: keeper.state,
            monotonicMs: clock.monotonicMs(),
            evidence: keeper.evidence,
          },
          agentVersion: options.agentVersion,
          capabilities: [...capabilities],
          hardwareSerial: options.hardwareSerial,
        }
      },
      onWelcome: async (welcome) => {
        // The recovery key has named another key: the server is asked for a target that the new one has signed.
        if (trust.generation > greetedGeneration && heldRevision() === 0) session.greet()
        await lookAtClock()
        await uplink.onWelcome(welcome.ledger, welcome.ledgerForked, welcome.ledgerRefused)
      },
      onTarget: async (jws, manifest) => {
        const replayUpTo = heldRevision()
        if (manifest.revision < replayUpTo) {
          refusals.note('target', 'replay', `revision ${manifest.revision}, held is ${replayUpTo}`)
        }
        if (manifest.revision <= replayUpTo) return
        const held = await targets.adopt(jws, manifest, trust.generation)
        log.info('target adopted', { revision: manifest.revision, days: manifest.content.days.length })
        await recorder.record({ type: 'target-adopted', contentHash: manifest.contentHash })
        player.setVolume(volumePercent())
        await link.setAreas(held.manifest.content.areas)
        routes.set(link.isUp())
        refreshPlans()
        reporter.stateChanged()
      },
      onAlert: async (message, trustedNow) => {
        await alerts.onAlert(message, trustedNow)
        fetcher.setPaused(alerts.isAlerting)
        reporter.stateChanged()
      },
      onCommand: (message, trustedNow) => alerts.onCommand(message, trustedNow),
      onLedgerAck: (ack) => uplink.onAck(ack),
      onClipBlock: routes.deliver,
    },
    log,
  })
  const uplink = createLedgerUplink({
    deviceId,
    ledger,
    link,
    signer: createSigner(toPrivateKey(identity.privateKeyPem)),
    clock,
    completeUntil: () => (recorder.isBehind ? null : planner.completeUntil),
    askAgain: () => session.greet(),
    log,
  })

  async function lookAtClock(): Promise<void> {
    const stepMs = await keeper.observe(session.serverTime)
    planner.wake()
    reporter.setAlarm('clock-untrusted', keeper.state === 'untrusted')
    const horizon = judgeHorizon(targets.held?.manifest, clock.now())
    reporter.setAlarm('horizon-ending', horizon === 'ending')
    reporter.setAlarm('horizon-ended', horizon === 'ended')
    // What was over by the clock before may be needed by this one, and the other way round.
    if (stepMs === 0) return
    refreshPlans()
    await recorder.record({ type: 'clock-stepped', stepMs })
  }

  /** A card or a broker that does not answer must not keep the agent from ending. */
  function within(limitMs: number, work: Promise<unknown>): Promise<'done' | 'late'> {
    return new Promise((resolve) => {
      const cancel = clock.after(limitMs, () => resolve('late'))
      work
        .catch((cause: unknown) => log.debug('not finished at the end', { cause }))
        .finally(() => {
          cancel()
          resolve('done')
        })
    })
  }

  let prunedMs = Number.NEGATIVE_INFINITY
  async function tick(): Promise<void> {
    await lookAtClock()
    await recorder.retry()
    await card.retry()
    await keeper.leaveSign(false)
    if (keeper.state !== 'trusted' || clock.monotonicMs() - prunedMs < PRUNE_EVERY_MS) return
    prunedMs = clock.monotonicMs()
    await ledger.prune(clock.now())
  }
  const ticker = createTicker({ everyMs: TICK_MS, run: tick, clock, log })

  // What was cut off is written down BEFORE anything new may sound.
  await recorder.record({
    type: 'boot',
    agentVersion: options.agentVersion,
    cleanShutdown: lastRun?.cleanShutdown ?? false,
  })
  const reason = keeper.endOfLastRun
  await closeInterruptedPlays({ stateDir, history, recorder, reason, volumePercent: volumePercent(), card })
  await keeper.leaveSign(false)
  await link.setAreas(content()?.areas ?? [])
  await planner.refresh()
  link.start()
  ticker.start()
  log.info('agent started', { device: identity.deviceName, revision: targets.held?.manifest.revision ?? 0 })

  return {
    async stop() {
      await within(FAREWELL_MS, Promise.all([session.stop(), ticker.stop(), fetcher.stop()]))
      await planner.stop()
      for (const play of desk.plays) desk.stop(play, 'agent-restarted')
      if ((await within(FAREWELL_MS, desk.whenIdle())) === 'late') await desk.abandonAll('agent-restarted')
      await within(FAREWELL_MS, alerts.whenWritten())
      await within(FAREWELL_MS, reporter.sayOffline())
      reporter.stop()
      uplink.stop()
      await link.stop()
      await player.close()
      await keeper.leaveSign(true)
      await ledger.close()
      log.info('agent stopped')
    },
  }
}

import { encodeJson } from '#protocol/codec.ts'
import type { ConnectionId, DeviceId, Sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { alarmCodes, ClipsHeld, DeviceState, Health, NowPlaying } from '#protocol/link.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Clock } from './clock.ts'
import type { PlayerEvent } from './io/audio/voice.ts'
import { measureHealth } from './io/health.ts'
import type { Link } from './io/link.ts'
import type { Log } from './io/log.ts'

export type AlarmCode = (typeof alarmCodes)[number]

const STATE_EVERY_MS = 30_000
/** Changes of the same moment are told together. */
const GATHER_MS = 200
const CLIPS_GATHER_MS = 1_000

export type Snapshot = {
  readonly playing: NowPlaying | null
  readonly volumePercent: number
  readonly muted: boolean
  readonly refused: DeviceState['refused']
  readonly targetRevision: number
  readonly needed: { readonly held: readonly Sha256[]; readonly missing: readonly Sha256[] } | undefined
}

/** Tells the server how this device is: state every 30 s and on change, readiness on change. */
export interface Reporter {
  setAlarm(code: AlarmCode, isRaised: boolean): void
  /** Sink states and xruns go into the health. */
  take(event: PlayerEvent): void
  /** Something that the state tells has changed. */
  stateChanged(): void
  clipsChanged(): void
  onUp(connection: ConnectionId): void
  onDown(): void
  makeWill(connection: ConnectionId): Buffer
  /** Says goodbye in the will's words, so that a planned stop looks like one. */
  sayOffline(): Promise<void>
  stop(): void
}

export function createReporter(options: {
  readonly deviceId: DeviceId
  readonly stateDir: string
  readonly link: () => Pick<Link, 'publish'>
  readonly clock: Clock
  readonly snapshot: () => Snapshot
  readonly log: Log
}): Reporter {
  const { deviceId, clock, log } = options
  const alarms = new Set<AlarmCode>()
  let sink: Health['sink'] = { kind: 'none', state: 'starting', detail: '' }
  let xruns = 0
  let connection: ConnectionId | undefined
  let cancelState = (): void => {}
  let stateDueMs = Number.POSITIVE_INFINITY
  let cancelClips = (): void => {}
  let lastClips = ''

  const describe = (id: ConnectionId, status: DeviceState['status'], health: Health | null): DeviceState => {
    const { playing, volumePercent, muted, refused } = options.snapshot()
    return {
      connectionId: id,
      status,
      at: clock.now(),
      playing: status === 'online' ? playing : null,
      volumePercent,
      muted,
      health,
      alarms: [...alarms],
      refused,
    }
  }

  async function publishState(id: ConnectionId, status: DeviceState['status']): Promise<void> {
    const health = status === 'online' ? await measureHealth(options.stateDir, { sink, xruns }) : null
    const state = encodeJson(describe(id, status, health))
    await options.link().publish(deviceTopic(deviceId, 'state'), state, { qos: 1, retain: true })
  }

  /** What is due earlier stays due: a device where much happens must not fall silent about it. */
  function scheduleState(delayMs: number): void {
    const dueMs = clock.monotonicMs() + delayMs
    if (dueMs >= stateDueMs) return
    cancelState()
    stateDueMs = dueMs
    cancelState = clock.after(delayMs, () => {
      stateDueMs = Number.POSITIVE_INFINITY
      if (connection === undefined) return
      scheduleState(STATE_EVERY_MS)
      publishState(connection, 'online').catch((cause: unknown) => log.debug('state not sent', { cause }))
    })
  }

  async function publishClips(): Promise<void> {
    const { targetRevision, needed } = options.snapshot()
    if (connection === undefined || needed === undefined) return
    const message: ClipsHeld = {
      targetRevision,
      held: needed.held.slice(0, limits.maxHeldHashes),
      missing: needed.missing.slice(0, limits.maxHeldHashes),
    }
    const text = JSON.stringify(message)
    if (text === lastClips) return
    await options.link().publish(deviceTopic(deviceId, 'clips'), Buffer.from(text), { qos: 1 })
    lastClips = text
  }

  function scheduleClips(): void {
    cancelClips()
    cancelClips = clock.after(CLIPS_GATHER_MS, () => {
      publishClips().catch((cause: unknown) => log.debug('readiness not sent', { cause }))
    })
  }

  function setAlarm(code: AlarmCode, isRaised: boolean): void {
    if (alarms.has(code) === isRaised) return
    if (isRaised) alarms.add(code)
    else alarms.delete(code)
    log[isRaised ? 'warn' : 'info'](isRaised ? 'alarm' : 'alarm cleared', { code })
    scheduleState(GATHER_MS)
  }

  return {
    setAlarm,
    take(event) {
      if (event.type === 'xrun') {
        xruns = event.count
        log.warn('the sound was interrupted: this machine was too busy to feed it in time', { count: xruns })
      }
      if (event.type !== 'sink') return
      sink = { kind: event.kind, state: event.state, detail: event.detail.slice(0, 200) }
      log[event.state === 'open' ? 'info' : 'warn']('sound device', sink)
      setAlarm('sound-device-failed', event.state !== 'open')
      scheduleState(GATHER_MS)
    },
    stateChanged: () => scheduleState(GATHER_MS),
    clipsChanged: scheduleClips,
    onUp(id) {
      connection = id
      lastClips = ''
      scheduleState(0)
      scheduleClips()
    },
    onDown() {
      connection = undefined
      cancelState()
      stateDueMs = Number.POSITIVE_INFINITY
      cancelClips()
    },
    makeWill: (id) => encodeJson(describe(id, 'offline', null)),
    async sayOffline() {
      if (connection !== undefined) await publishState(connection, 'offline')
    },
    stop() {
      cancelState()
      cancelClips()
    },
  }
}

import { mkdir } from 'node:fs/promises'
import { encodeJson } from '#protocol/codec.ts'
import { bootId } from '#protocol/ids.ts'
import { capabilities, emptyLedgerHash, type Hello } from '#protocol/link.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { type Agent, startAgent } from './agent.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { readBootId, readHardwareSerial } from './io/hardware.ts'
import { type Identity, readIdentity } from './io/identity.ts'
import { createLink } from './io/link.ts'
import { createLog, type Log } from './io/log.ts'
import type { StartPlayer } from './io/player.ts'
import { claimStateDir } from './io/single-instance.ts'
import { openTimeSources } from './io/time-sources.ts'
import { say } from './texts.ts'

/** sysexits.h: something is set up wrongly, and starting again would not help. */
export const EXIT_CONFIG = 78
/** sysexits.h EX_TEMPFAIL: please start me again. */
export const EXIT_RESTART = 75
const HARDWARE_HELLO_MS = 10_000

export type RunDeps = {
  readonly config: Config
  readonly agentVersion: string
  readonly startPlayer: StartPlayer
  readonly write: (line: string) => void
  readonly writeError: (line: string) => void
  /** Resolves when the process is asked to end. */
  readonly whenAsked: Promise<string>
}

/** Runs the agent until it is asked to end; returns the exit code. */
export async function run(deps: RunDeps): Promise<number> {
  const { config, writeError } = deps
  const { language, stateDir } = config
  const log = createLog({ clock: systemClock, level: config.logLevel, format: config.logFormat, write: deps.write })
  const fail = (line: string): number => {
    writeError(`${line}\n`)
    return EXIT_CONFIG
  }
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const identity = await readIdentity(stateDir)
  if (identity.status === 'corrupt') return fail(say(language, 'identity-corrupt', { aside: identity.aside }))
  if (identity.status === 'missing') return fail(say(language, 'not-enrolled'))
  if ((await claimStateDir(stateDir)) === 'taken') return fail(say(language, 'already-running', { stateDir }))
  const hardwareSerial = await readHardwareSerial(config.hardwareSerial)
  if (hardwareSerial === undefined) return fail(say(language, 'no-serial'))
  if (hardwareSerial !== identity.value.hardwareSerial) {
    await tellOtherHardware(deps, identity.value, hardwareSerial, log)
    const values = { enrolled: identity.value.hardwareSerial, actual: hardwareSerial }
    return fail(say(language, 'hardware-changed', values))
  }

  let requestRestart = (): void => {}
  const restartRequested = new Promise<'restart'>((resolve) => {
    requestRestart = () => resolve('restart')
  })
  const agent: Agent = await startAgent({
    stateDir,
    identity: identity.value,
    hardwareSerial,
    bootId: bootId.parse(await readBootId()),
    agentVersion: deps.agentVersion,
    clipCacheMaxBytes: config.clipCacheMaxBytes,
    minFreeBytes: config.minFreeBytes,
    clock: systemClock,
    timeSources: await openTimeSources(log),
    random: Math.random,
    startPlayer: deps.startPlayer,
    amplifier: config.amplifier,
    log,
    onRestart: requestRestart,
  })
  const why = await Promise.race([deps.whenAsked, restartRequested])
  log.info('stopping', { why })
  await agent.stop()
  return why === 'restart' ? EXIT_RESTART : 0
}

/** A card in other hardware plays nothing and says one thing: who it is and where it woke up. The server raises the alarm. */
async function tellOtherHardware(deps: RunDeps, identity: Identity, hardwareSerial: string, log: Log): Promise<void> {
  const clock = systemClock
  const kernel = bootId.parse(await readBootId())
  const told = new Promise<void>((resolve) => {
    const link = createLink({
      deviceId: identity.deviceId,
      secret: identity.secret,
      mqtt: identity.mqtt,
      clock,
      random: Math.random,
      isClockTrusted: () => false,
      // The will is of no connection that ever was online: the server tells it by its id and ignores it.
      makeWill: (connectionId) =>
        encodeJson({
          connectionId,
          status: 'offline',
          at: clock.now(),
          playing: null,
          volumePercent: 0,
          muted: false,
          health: null,
          alarms: ['hardware-changed'],
        }),
      handlers: {
        onUp: (connectionId) => {
          const hello: Hello = {
            version: 1,
            nonce: connectionId,
            connectionId,
            bootId: kernel,
            targetRevision: 0,
            targetHash: null,
            ledger: { ledgerId: identity.ledgerId, seq: 0, hash: emptyLedgerHash },
            clock: { at: clock.now(), state: 'unconfirmed', monotonicMs: clock.monotonicMs() },
            agentVersion: deps.agentVersion,
            capabilities: [...capabilities],
            hardwareSerial,
          }
          link
            .publish(deviceTopic(identity.deviceId, 'hello'), encodeJson(hello), { qos: 1 })
            .then(() => link.stop())
            .then(resolve, (cause: unknown) => log.warn('the server could not be told', { cause }))
        },
        onDown: () => {},
        onMessage: () => {},
      },
      log,
    })
    clock.after(HARDWARE_HELLO_MS, () => {
      link.stop().then(resolve, resolve)
    })
    link.start()
  })
  await told
}

import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import {
  type DeviceState,
  deviceState,
  type Hello,
  hello as helloSchema,
  type LedgerHead,
  type Welcome,
} from '#protocol/link.ts'
import type { CompactJws } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { compareAlarms } from '#server/devices/alarms/rules.ts'
import type { BrokerDesk } from '#server/devices/broker-desk.ts'
import { HEALTH_RETENTION_MS } from '#server/devices/health/rules.ts'
import { dropHealth } from '#server/devices/health/store.ts'
import type { ServerKeys } from '#server/keys.ts'
import { createBackground } from '#server/mqtt/background.ts'
import type { DeviceLink, UplinkHandlers } from '#server/mqtt/link.ts'
import { decoding } from '#server/mqtt/router.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { createPresenceBook } from './book.ts'
import { closeFormerConnections, dropConnections } from './connection-store.ts'
import {
  applyHello,
  applyState,
  CONNECTION_RETENTION_MS,
  countNewlyRefused,
  isLaterHello,
  refusalCode,
  SILENT_AFTER_MS,
} from './rules.ts'
import { countOnline, markAllOffline, readGreetings, readInstallation, readOnlineAmong, readSilent } from './store.ts'

/** What a device is told of its ledger: how far it is committed, whether it is quarantined, whether it is refused for good. */
export interface LedgerStanding {
  readonly head: LedgerHead
  readonly isForked: boolean
  readonly isRefused: boolean
}

export interface PresenceDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly security: SecurityEvents
  readonly events: ConsoleEvents
  readonly keys: Pick<ServerKeys, 'signer' | 'chain'>
  readonly link: Pick<DeviceLink, 'publish' | 'disconnect'>
  readonly desk: Pick<BrokerDesk, 'expel'>
  readonly delivery: {
    /** Which revision the device should hold. */
    onHello(id: DeviceId, hello: Hello): Promise<{ wantedRevision: number }>
    /** The device knows now that it is welcome: time to send what it lacks. */
    afterWelcome(id: DeviceId, hello: Hello): Promise<void>
  }
  /** Compares where the device says that its ledger ends with what is committed of it. */
  readonly ledger: {
    standing(id: DeviceId, installationId: string, head: LedgerHead, isNewWord: boolean): Promise<LedgerStanding>
  }
  /** Alerts and cancels in force for a device in the area with this path. */
  readonly alerts: { inForce(areaPath: readonly string[]): Promise<CompactJws[]> }
  /** How long changes are gathered before they are written. */
  readonly flushDelayMs?: number
}

export interface PresenceService {
  readonly handlers: Pick<UplinkHandlers, 'hello' | 'state'>
  /** Those of them that are online now. */
  onlineAmong(deviceIds: readonly DeviceId[]): Promise<DeviceId[]>
  countOnline(): Promise<number>
  /** At the start of the embedded broker nobody is connected, whatever the database says. */
  forgetConnections(): Promise<void>
  /** Ends on record what a former run left open. To be called at the start, before any device is heard. */
  closeFormerConnections(): Promise<void>
  /** Drops records of connections past their retention. To be called once a day. */
  sweepConnections(): Promise<void>
  /** Writes down how devices were, hour by hour. To be called every few minutes. */
  writeHealth(): Promise<void>
  /** Drops what is past its retention of that. To be called once a day. */
  sweepHealth(): Promise<void>
  /** Devices that were silent for too long count as offline. To be called every minute. */
  sweepSilent(): Promise<void>
  /**
   * Answers the last hello of every device that is connected once more: another key signs from now on, and until a device
   * has the chain that leads to it, what the earlier key signs counts for it, whoever has that key.
   */
  tellKeys(): Promise<void>
  /** `subject` tells one event of this code from another; the same event told twice is one alarm. */
  raiseAlarm(id: DeviceId, code: string, detail: string, subject?: string): Promise<void>
  /** Writes what was gathered, and waits for messages under way. */
  flush(): Promise<void>
  close(): Promise<void>
}

const FLUSH_DELAY_MS = 200
/** A slow link may take a minute to drain a message: the others go on meanwhile. */
const TOLD_AT_ONCE = 50

/** Who is there: `hello` → `welcome`, `state`, alarms. Nothing in here must survive a crash: devices say it again. */
export function createPresenceService(deps: PresenceDeps): PresenceService {
  const { db, clock, log, security, link, keys, delivery } = deps
  const book = createPresenceBook({ ...deps, flushDelayMs: deps.flushDelayMs ?? FLUSH_DELAY_MS })
  const background = createBackground(log)
  /** Devices whose hello is being answered, and the newest of those that came meanwhile. */
  const answering = new Map<DeviceId, { readonly nonce: string; waiting: Hello | undefined }>()

  /** An external broker may have missed the revocation: its account is ended with its connection. */
  async function readOrExpel(id: DeviceId, kind: 'hello' | 'state') {
    const installation = await readInstallation(db.pool, id)
    if (installation !== undefined) return installation
    security.report('device-unknown', { deviceId: id, detail: `${kind} without an installation` })
    await deps.desk.expel(id)
    return undefined
  }

  /**
   * An answer costs look-ups and a signature, so that of one device at most one is under way and one waits, however many
   * hellos it sends. A device delivers its ledger only after the welcome to its last hello: waiting makes no head stale.
   */
  async function onHello(id: DeviceId, hello: Hello): Promise<void> {
    const current = answering.get(id)
    if (current !== undefined) {
      // Repeated until welcomed: one answer is on its way already.
      if (current.nonce !== hello.nonce) current.waiting = hello
      return
    }
    const turn: { nonce: string; waiting: Hello | undefined } = { nonce: hello.nonce, waiting: undefined }
    answering.set(id, turn)
    const end = (): void => {
      answering.delete(id)
      const { waiting } = turn
      if (waiting !== undefined) background.run('hello', () => onHello(id, waiting))
    }
    let isAnswered = false
    try {
      const known = await takeIn(id, hello)
      if (known === undefined) return
      isAnswered = true
      background.run('welcome', async () => {
        try {
          await welcome(id, hello, known.areaPath, known.ledger)
        } finally {
          end()
        }
        await delivery.afterWelcome(id, hello)
      })
    } finally {
      if (!isAnswered) end()
    }
  }

  /** What the hello says is taken in; undefined: the device is not welcome, and is cut off. */
  async function takeIn(
    id: DeviceId,
    hello: Hello,
  ): Promise<{ areaPath: readonly string[]; ledger: LedgerStanding } | undefined> {
    const installation = await readOrExpel(id, 'hello')
    if (installation === undefined) return undefined
    if (hello.hardwareSerial !== installation.hardwareSerial) {
      const detail = `${installation.hardwareSerial} → ${hello.hardwareSerial}`
      security.report('hardware-changed', { deviceId: id, detail })
      await book.raiseAlarm(id, 'hardware-changed', detail, `${installation.id} ${hello.hardwareSerial}`)
      await link.disconnect(id)
      return undefined
    }
    // The copy is not connected now. What it did stays to be acknowledged by a person.
    await book.endAlarms(id, ['hardware-changed'])
    let isNewWord = true
    await book.update(id, installation.areaPath, (known) => {
      isNewWord = isLaterHello(known?.hello ?? null, hello)
      return applyHello(known, hello, clock.now())
    })
    // Here, and not with the welcome: no later batch of this device is taken in before its ledger was compared.
    const ledger = await deps.ledger.standing(id, installation.id, hello.ledger, isNewWord)
    return { areaPath: installation.areaPath, ledger }
  }

  async function welcome(
    id: DeviceId,
    hello: Hello,
    areaPath: readonly string[],
    ledger: LedgerStanding,
  ): Promise<void> {
    const [{ wantedRevision }, alerts] = await Promise.all([delivery.onHello(id, hello), deps.alerts.inForce(areaPath)])
    const message: Welcome = {
      version: 1,
      audience: id,
      nonce: hello.nonce,
      serverTime: clock.now(),
      wantedRevision,
      ledger: ledger.head,
      ledgerForked: ledger.isForked,
      ledgerRefused: ledger.isRefused,
      keyChain: [...keys.chain],
      alerts,
    }
    const jws = await keys.signer.sign('welcome', JSON.stringify(message))
    await link.publish(deviceTopic(id, 'welcome'), Buffer.from(jws), { qos: 1 })
  }

  return {
    handlers: {
      hello: decoding(helloSchema, onHello),
      state: decoding(deviceState, async (id, state) => {
        // A last will of a device that was shut out is how it goes offline.
        if (state.status === 'online' && (await readOrExpel(id, 'state')) === undefined) return
        let before: DeviceState['refused']
        const alarms = await book.update(id, undefined, (known) => {
          before = known?.state?.refused
          return applyState(known, state, clock.now())
        })
        if (alarms === undefined || state.status === 'offline') return
        for (const { reason, count } of countNewlyRefused(before, state.refused)) {
          security.report(refusalCode(reason), { deviceId: id, detail: `the device refused ${count} (${reason})` })
        }
        const { raise, end } = compareAlarms(alarms, state.alarms)
        for (const code of raise) await book.raiseAlarm(id, code, describeAlarm(code, state.health?.sink.detail))
        if (end.length > 0) await book.endAlarms(id, end)
      }),
    },
    async onlineAmong(deviceIds) {
      const unknown = deviceIds.filter((id) => book.isOnline(id) === undefined)
      const online = new Set(unknown.length === 0 ? [] : await readOnlineAmong(db.pool, unknown))
      return deviceIds.filter((id) => book.isOnline(id) ?? online.has(id))
    },
    countOnline: () => countOnline(db.pool),
    async forgetConnections() {
      const count = await markAllOffline(db.pool, toDate(clock.now()))
      if (count > 0) log.info({ count }, 'the broker starts: devices count as offline until they are back')
    },
    async closeFormerConnections() {
      const count = await closeFormerConnections(db.pool)
      if (count > 0) log.info({ count }, 'connections of a former run count as ended at their last sign of life')
    },
    async sweepConnections() {
      const count = await dropConnections(db.pool, toDate(instantMs.parse(clock.now() - CONNECTION_RETENTION_MS)))
      if (count > 0) log.info({ count }, 'records of old connections were dropped')
    },
    writeHealth: () => book.writeHealth(),
    async sweepHealth() {
      const count = await dropHealth(db.pool, toDate(instantMs.parse(clock.now() - HEALTH_RETENTION_MS)))
      if (count > 0) log.info({ count }, 'hours of old health were dropped')
    },
    async sweepSilent() {
      await book.flush()
      const before = toDate(instantMs.parse(clock.now() - SILENT_AFTER_MS))
      for (const id of await readSilent(db.pool, before)) await book.silence(id)
      await book.flush()
    },
    async tellKeys() {
      await book.flush()
      const greetings = await readGreetings(db.pool)
      const left = greetings.values()
      let told = 0
      const tell = async (): Promise<void> => {
        for (const { deviceId: id, installationId, areaPath, hello } of left) {
          if (hello === null) continue
          try {
            // Nothing new was said, and so nothing in it accuses the device.
            await welcome(id, hello, areaPath, await deps.ledger.standing(id, installationId, hello.ledger, false))
            told += 1
          } catch (error) {
            // It takes up the key with whatever is signed next; the others must not wait for that.
            log.error({ err: error, deviceId: id }, 'a device could not be told of another signing key')
          }
        }
      }
      await Promise.all(Array.from({ length: TOLD_AT_ONCE }, tell))
      log.info({ told, connected: greetings.length }, 'connected devices were told of another signing key')
    },
    raiseAlarm: (id, code, detail, subject) => book.raiseAlarm(id, code, detail, subject),
    async flush() {
      await background.idle()
      await book.flush()
      await book.writeHealth()
    },
    async close() {
      await background.idle()
      await book.close()
    },
  }
}

const describeAlarm = (code: string, sinkDetail: string | undefined): string =>
  code === 'sound-device-failed' ? (sinkDetail ?? '') : ''

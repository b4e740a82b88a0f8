import type { Logger } from 'pino'
import { type DeviceId, deviceId, newId } from '#protocol/ids.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { endAlarms, raiseAlarm } from '#server/devices/alarms/store.ts'
import { createHealthLog } from '#server/devices/health/log.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { createConnectionLog } from './connections.ts'
import { applySilence, flushDelayMs, isVisibleChange, type Presence } from './rules.ts'
import { readKnownDevice, writePresences } from './store.ts'

/** What the server knows of its devices, in memory; written behind in batches, so that a state a minute of 10,000 devices costs little. */
export interface PresenceBook {
  /**
   * Replaces what is known by what `change` makes of it (undefined: nothing). Answers the codes of the device's alarms whose
   * condition goes on; undefined when there is no such device. `areaPath`: where the device stands, when the caller has
   * just read it.
   */
  update(
    id: DeviceId,
    areaPath: readonly string[] | undefined,
    change: (known: Presence | undefined) => Presence | undefined,
  ): Promise<ReadonlySet<string> | undefined>
  /** `subject` tells one event of this code from another; the same event told twice is one alarm. */
  raiseAlarm(id: DeviceId, code: string, detail: string, subject?: string): Promise<void>
  /** The conditions are over. A security alarm stays until a person has acknowledged it. */
  endAlarms(id: DeviceId, codes: readonly string[]): Promise<void>
  silence(id: string): Promise<void>
  /** Undefined: nothing was heard of it since the server started. */
  isOnline(id: DeviceId): boolean | undefined
  /** Writes what changed, then tells the consoles. */
  flush(): Promise<void>
  /** Adds how devices were since the last time to their hours. */
  writeHealth(): Promise<void>
  close(): Promise<void>
}

interface Page {
  areaPath: readonly string[]
  presence: Presence | undefined
  readonly alarms: Set<string>
}

const WRITE_CHUNK = 1_000
/** Beyond so many devices of one area at once, the consoles are told "devices of this area" instead of each. */
const TELL_EACH_UP_TO = 5
const MAX_DETAIL_CHARS = 300

/** Runs `run` once, `delayMs` from now; returns how to call it off. */
export type After = (delayMs: number, run: () => void) => () => void

const systemAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

export function createPresenceBook(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly security: SecurityEvents
  readonly events: ConsoleEvents
  readonly flushDelayMs: number
  readonly after?: After
}): PresenceBook {
  const { db, clock, log, security, events, after = systemAfter } = deps
  const pages = new Map<DeviceId, Page>()
  const connections = createConnectionLog(clock)
  const health = createHealthLog(clock)
  let dirty = new Set<DeviceId>()
  let visible = new Set<DeviceId>()
  let cancelTimer: (() => void) | undefined
  let flushing: Promise<void> = Promise.resolve()
  /** Flushes that failed since the last one that did not. */
  let failures = 0
  let isClosed = false

  async function open(id: DeviceId): Promise<Page | undefined> {
    const there = pages.get(id)
    if (there !== undefined) return there
    const known = await readKnownDevice(db.pool, id)
    if (known === undefined) {
      security.report('device-unknown', { deviceId: id })
      return undefined
    }
    const page: Page = { areaPath: known.areaPath, presence: known.presence, alarms: new Set(known.alarms) }
    pages.set(id, page)
    return page
  }

  function touch(id: DeviceId, isVisible: boolean): void {
    dirty.add(id)
    if (isVisible) visible.add(id)
    arm()
  }

  function arm(): void {
    if (cancelTimer !== undefined || isClosed) return
    cancelTimer = after(flushDelayMs(deps.flushDelayMs, failures), () => {
      cancelTimer = undefined
      flush().catch((error: unknown) => {
        log.error({ err: error, failures }, 'presence could not be written; trying again')
        arm()
      })
    })
  }

  /** One flush at a time: a later one must not be overtaken by an earlier one. */
  function flush(): Promise<void> {
    flushing = flushing.then(writeDirty, writeDirty)
    return flushing
  }

  async function writeDirty(): Promise<void> {
    const [written, seen] = [dirty, visible]
    dirty = new Set()
    visible = new Set()
    const rows = [...written].flatMap((id) => {
      const presence = pages.get(id)?.presence
      return presence === undefined ? [] : [[id, presence] as const]
    })
    try {
      for (let at = 0; at < rows.length; at += WRITE_CHUNK)
        await writePresences(db.pool, rows.slice(at, at + WRITE_CHUNK))
      await connections.write(db.pool)
      failures = 0
    } catch (error) {
      failures += 1
      dirty = new Set([...written, ...dirty])
      visible = new Set([...seen, ...visible])
      throw error
    }
    tell(seen)
  }

  function tell(ids: ReadonlySet<DeviceId>): void {
    const byArea = new Map<string, { areaPath: readonly string[]; ids: DeviceId[] }>()
    for (const id of ids) {
      const areaPath = pages.get(id)?.areaPath
      if (areaPath === undefined) continue
      const group = byArea.get(areaPath.join()) ?? { areaPath, ids: [] }
      group.ids.push(id)
      byArea.set(areaPath.join(), group)
    }
    for (const { areaPath, ids: changed } of byArea.values()) {
      if (changed.length > TELL_EACH_UP_TO) events.publish({ kind: 'devices', areaPath })
      else for (const id of changed) events.publish({ kind: 'devices', areaPath, id })
    }
  }

  async function update(
    id: DeviceId,
    areaPath: readonly string[] | undefined,
    change: (known: Presence | undefined) => Presence | undefined,
  ): Promise<ReadonlySet<string> | undefined> {
    const page = await open(id)
    if (page === undefined) return undefined
    if (areaPath !== undefined) page.areaPath = areaPath
    const before = page.presence
    const after = change(before)
    if (after !== undefined) {
      page.presence = after
      connections.follow(id, after)
      const told = after.state === before?.state ? null : after.state
      if (told?.status === 'online' && told.health !== null)
        health.take(id, before?.state?.health, told.health, after.clockOffsetMs)
      touch(id, isVisibleChange(before, after))
    }
    return page.alarms
  }

  return {
    update,
    async raiseAlarm(id, code, detail, subject = '') {
      const page = await open(id)
      if (page === undefined || (subject === '' && page.alarms.has(code))) return
      const now = clock.now()
      const words = detail.replaceAll('\0', '').slice(0, MAX_DETAIL_CHARS)
      const alarm = { id: newId(now), deviceId: id, code, subject: subject.replaceAll('\0', ''), detail: words }
      const isNew = await raiseAlarm(db.pool, { ...alarm, at: toDate(now) })
      page.alarms.add(code)
      if (!isNew) return
      log.warn({ event: 'device-alarm', deviceId: id, code, detail: words }, 'a device raised an alarm')
      touch(id, true)
    },
    async endAlarms(id, codes) {
      const page = await open(id)
      const ended = codes.filter((code) => page?.alarms.has(code))
      if (page === undefined || ended.length === 0) return
      await endAlarms(db.pool, id, ended, toDate(clock.now()))
      for (const code of ended) page.alarms.delete(code)
      log.info({ event: 'device-alarm-ended', deviceId: id, codes: ended }, 'what a device was alarmed about is over')
      touch(id, true)
    },
    async silence(id) {
      await update(deviceId.parse(id), undefined, (known) => known && applySilence(known, clock.now()))
    },
    isOnline: (id) => pages.get(id)?.presence?.isOnline,
    flush,
    writeHealth: () => health.write(db.pool),
    async close() {
      // Whoever is still connected: from here on nobody hears of it.
      connections.endAll()
      isClosed = true
      cancelTimer?.()
      cancelTimer = undefined
      await flush()
      await health.write(db.pool)
    },
  }
}

import type { DeviceId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { createRateLimiter, type RateLimit } from '#server/mqtt/rate-limit.ts'
import { type ConnectionRow, writeConnections } from './connection-store.ts'
import { type ConnectionRecord, followConnection, type Presence } from './rules.ts'

/** When devices were connected: gathered in memory, written behind together with presence. */
export interface ConnectionLog {
  /** What became known of the device just now. */
  follow(id: DeviceId, presence: Presence): void
  /** The server stops: it cannot tell how long any of them goes on. */
  endAll(): void
  /** Writes what was gathered; when that fails it stays gathered, and the failure is passed on. */
  write(pool: Database['pool']): Promise<void>
}

/**
 * Connections of one device that are recorded: what the broker admits of sessions. A device names its connections itself,
 * and one that names another with each message must not fill the table.
 */
const RECORDED: RateLimit = { perSecond: 0.2, burst: 100 }
const WRITE_CHUNK = 1_000

interface Followed {
  open: ConnectionRecord | undefined
  readonly mayBegin: (cost: number, nowMs: number) => boolean
}

export function createConnectionLog(clock: Clock): ConnectionLog {
  const devices = new Map<DeviceId, Followed>()
  let pending = new Map<string, ConnectionRow>()

  const keep = (deviceId: DeviceId, record: ConnectionRecord): void =>
    void pending.set(`${deviceId} ${record.connectionId}`, { deviceId, ...record })

  return {
    follow(id, presence) {
      const device = devices.get(id) ?? {
        open: undefined,
        mayBegin: createRateLimiter(RECORDED, clock.monotonicMs()),
      }
      devices.set(id, device)
      const { open, changed } = followConnection(device.open, presence, clock.now())
      const isNew = open !== undefined && open.connectionId !== device.open?.connectionId
      const isRecorded = !isNew || device.mayBegin(1, clock.monotonicMs())
      for (const record of changed) if (record !== open || isRecorded) keep(id, record)
      device.open = isRecorded ? open : undefined
    },
    endAll() {
      const endedAt = clock.now()
      for (const [id, device] of devices) {
        if (device.open !== undefined) keep(id, { ...device.open, endedAt })
        device.open = undefined
      }
    },
    async write(pool) {
      const rows = [...pending]
      pending = new Map()
      for (let at = 0; at < rows.length; at += WRITE_CHUNK) {
        try {
          await writeConnections(
            pool,
            rows.slice(at, at + WRITE_CHUNK).map(([, row]) => row),
          )
        } catch (error) {
          // What was said meanwhile is newer.
          pending = new Map([...rows.slice(at), ...pending])
          throw error
        }
      }
    },
  }
}

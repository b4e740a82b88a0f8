import type { DeviceId } from '#protocol/ids.ts'
import type { Health } from '#protocol/link.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { mergeHours, newXruns, reportedHour } from './rules.ts'
import { type HealthRow, writeHealth } from './store.ts'

/** How devices were, hour by hour: gathered in memory, since each tells of itself twice a minute, and written behind. */
export interface HealthLog {
  take(id: DeviceId, before: Health | null | undefined, health: Health, clockOffsetMs: number | null): void
  /** Writes what was gathered; when that fails it stays gathered, and the failure is passed on. */
  write(pool: Database['pool']): Promise<void>
}

const WRITE_CHUNK = 1_000

export function createHealthLog(clock: Clock): HealthLog {
  let pending = new Map<string, HealthRow>()
  const keep = (row: HealthRow): void => {
    const key = `${row.deviceId} ${row.hourAt}`
    const there = pending.get(key)
    pending.set(key, there === undefined ? row : { ...mergeHours(there, row), deviceId: row.deviceId })
  }

  return {
    take(id, before, health, clockOffsetMs) {
      const hour = reportedHour(clock.now(), health, clockOffsetMs, newXruns(before, health))
      keep({ ...hour, deviceId: id })
    },
    async write(pool) {
      const rows = [...pending.values()]
      pending = new Map()
      for (let at = 0; at < rows.length; at += WRITE_CHUNK) {
        try {
          await writeHealth(pool, rows.slice(at, at + WRITE_CHUNK))
        } catch (error) {
          for (const row of rows.slice(at)) keep(row)
          throw error
        }
      }
    },
  }
}

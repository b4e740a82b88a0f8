import type { z } from 'zod'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import type { Database } from '#server/db.ts'
import { readCursor, searchWords, writeCursor } from './rules.ts'
import type { devicesQuery, directoryQuery } from './schemas.ts'
import {
  type AreaCounts,
  countByArea,
  type DirectoryFilter,
  listDevices,
  listPlaces,
  type PagedRow,
  type PlacedPoint,
} from './store.ts'

export interface DevicePage {
  readonly devices: readonly PagedRow[]
  /** Where the next page begins; null: that was all. */
  readonly next: string | null
}

export type DirectoryService = ReturnType<typeof createDirectoryService>

/** Lists of devices as people ask for them: of the areas that they may read, filtered, in order, a page at a time. */
export function createDirectoryService({ db }: { readonly db: Database }) {
  const filterFor = (actor: Actor, query: z.infer<typeof directoryQuery>): DirectoryFilter => ({
    within: areasFor(actor, 'devices.read'),
    areaId: query.areaId ?? null,
    groupId: query.groupId ?? null,
    words: searchWords(query.q ?? ''),
  })

  return {
    async list(actor: Actor, query: z.infer<typeof devicesQuery>): Promise<DevicePage> {
      const found = await listDevices(db.pool, {
        ...filterFor(actor, query),
        status: query.status ?? null,
        hasAlarms: query.alarms ?? null,
        isMuted: query.muted ?? null,
        isPlaced: query.placed ?? null,
        sort: query.sort,
        isDescending: query.order === 'desc',
        after: query.cursor === undefined ? null : (readCursor(query.cursor) ?? null),
        limit: query.limit + 1,
      })
      const devices = found.slice(0, query.limit)
      const last = devices.at(-1)
      const hasMore = found.length > query.limit && last !== undefined
      return { devices, next: hasMore ? writeCursor({ key: last.sortKey, id: last.id }) : null }
    },
    summary: (actor: Actor, query: z.infer<typeof directoryQuery>): Promise<AreaCounts[]> =>
      countByArea(db.pool, filterFor(actor, query)),
    places: (actor: Actor, query: z.infer<typeof directoryQuery>): Promise<PlacedPoint[]> =>
      listPlaces(db.pool, filterFor(actor, query)),
  }
}

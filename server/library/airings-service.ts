import type { z } from 'zod'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type BroadcastRow, readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { countByArea, examine, showConflict } from '#server/broadcasts/check.ts'
import { addMs, type KnownStarts } from '#server/broadcasts/recurrence-rules.ts'
import { type Airing, airingsOf } from '#server/broadcasts/rules.ts'
import { readAreaNames } from '#server/broadcasts/store.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { doesHear } from '#server/planning/audience-rules.ts'
import { type Listeners, namedDevices, readListeners } from '#server/planning/audience-store.ts'
import { slotMs } from '#server/planning/variant-rules.ts'
import type { bulletinAirings } from './airings-schemas.ts'
import { assertMayDo } from './area-path.ts'
import { type Db, listBroadcastsOf } from './bulletins-store.ts'

type BulletinAirings = z.infer<typeof bulletinAirings>

const DAY_MS = 86_400_000
const LOOK_AHEAD_DAYS = 60
const MOST_NEXT = 5
const MOST_AREAS = 20
/** Looking for conflicts walks through all that sounds where a broadcast does. */
const MOST_EXAMINED = 3
const MOST_CONFLICTS = 5

const sumOf = (listeners: readonly Listeners[], count: 'devices' | 'offline'): number =>
  listeners.reduce((sum, one) => sum + one[count], 0)

export type AiringsService = ReturnType<typeof createAiringsService>

/** Where and when a bulletin will be heard, for whoever is to approve it: by what is planned, as if all were approved. */
export function createAiringsService({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  return {
    /** Of what sounds in the actor's areas. @throws Problem as `assertMay` does. */
    async get(actor: Actor, bulletinId: string): Promise<BulletinAirings> {
      await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'bulletin', id: bulletinId })
      const now = clock.now()
      const roots = areasFor(actor, 'broadcasts.read')
      const ids = await listBroadcastsOf(db.prisma, bulletinId)
      const rows =
        ids.length === 0
          ? []
          : await readBroadcasts(db.prisma, { ids, soundingIn: roots, airingFrom: now, content: 'intended' })
      const range = { from: addMs(now, 1), to: addMs(now, LOOK_AHEAD_DAYS * DAY_MS) }
      const known: KnownStarts = new Map()
      const planned = rows
        .flatMap((row) => airingsOf(row, range, known).map((airing) => ({ row, airing })))
        .filter(({ airing }) => !airing.isCancelled && doesPlay(airing, bulletinId))
        .sort((a, b) => a.airing.startAt - b.airing.startAt)
      const airings = planned.map(({ airing }) => airing)
      const listeners = await readListeners(db.prisma, roots, namedDevices(airings))
      const byBroadcast = new Map(airings.map((airing) => [airing.broadcastId, airing]))
      const hearing = listeners.filter((one) => [...byBroadcast.values()].some((airing) => doesHear(one, airing)))
      const week = airings.filter(({ startAt }) => startAt < addMs(now, 7 * DAY_MS))
      const { areas, areaCount } = countByArea(hearing)
      return {
        devices: sumOf(hearing, 'devices'),
        offline: sumOf(hearing, 'offline'),
        areas: areas.slice(0, MOST_AREAS).map(({ areaId, areaName, devices }) => ({ areaId, areaName, devices })),
        areaCount,
        weekCount: week.length,
        weekMs: week.reduce((sum, airing) => sum + lengthOf(airing, bulletinId), 0),
        next: planned.slice(0, MOST_NEXT).map(({ row, airing }) => ({
          occurrenceId: airing.occurrenceId,
          broadcastId: row.id,
          title: airing.title,
          areaName: row.areaName,
          startAt: toDate(airing.startAt).toISOString(),
          devices: sumOf(
            listeners.filter((one) => doesHear(one, airing)),
            'devices',
          ),
        })),
        conflicts: await findConflictsOf(
          db.prisma,
          [...new Set(planned.map(({ row }) => row))].slice(0, MOST_EXAMINED),
          now,
        ),
      }
    },
  }
}

/** Audio that is not ready has no length yet, and no place among the items: it plays once it is. */
const doesPlay = ({ items, awaiting = [] }: Airing, bulletinId: string): boolean =>
  [...items, ...awaiting].some((one) => one.bulletinId === bulletinId)

const lengthOf = ({ items, languageMode }: Airing, bulletinId: string): number =>
  items
    .filter((item) => item.bulletinId === bulletinId)
    .reduce((sum, { variants }) => sum + slotMs(variants, languageMode), 0)

async function findConflictsOf(
  db: Db,
  rows: readonly BroadcastRow[],
  now: Airing['startAt'],
): Promise<BulletinAirings['conflicts']> {
  const found: BulletinAirings['conflicts'] = []
  for (const row of rows) {
    const { conflicts } = (await examine(db, row, now)).findings
    const names = await readAreaNames(
      db,
      conflicts.flatMap(({ airing, devices }) => [airing.areaId, ...devices.keys()]),
    )
    found.push(...conflicts.map((one) => showConflict(one, names)))
  }
  return found.slice(0, MOST_CONFLICTS)
}

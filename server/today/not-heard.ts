import type { InstantMs } from '#protocol/time.ts'
import { factsOf, noFacts } from '#server/broadcasts/explain.ts'
import { readServerFacts } from '#server/broadcasts/explain-facts-store.ts'
import { explainOutcome, type PlanFacts } from '#server/broadcasts/explain-rules.ts'
import { type DeviceEntry, readEntriesAround, readPlanChangedAt } from '#server/broadcasts/explain-store.ts'
import { readBegun } from '#server/broadcasts/occurrence-store.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { CONNECTION_RETENTION_MS } from '#server/devices/presence/rules.ts'
import {
  type DayScope,
  listTellingDevices,
  type NotHeardDevice,
  readDevicePage,
  readNotHeard,
  readToldOccurrences,
} from './not-heard-store.ts'
import {
  findShared,
  gatherNotHeard,
  MOST_SILENT,
  type NotHeard,
  type NotHeardOutcome,
  type SilentItem,
} from './rules.ts'

/** What of a day was not heard and why, with the reasons of explain-rules.ts also where no device told of it. */

export type Horizon = PlanFacts['horizon']

/** The lists of ids that one query takes. */
const CHUNK = 500
/** Evidence is looked for around the start of each occurrence: of more than these, the last ones, it stays the coarse reason. */
const MOST_LOOKED_AT = 40

/** The day's items with the reason as `GET /occurrences/{id}` gives it; undefined: too many to look at each. */
async function explainSilent(
  db: Db,
  silent: readonly SilentItem[],
  { roots, asOf }: DayScope,
  horizon: Horizon,
): Promise<SilentItem[] | undefined> {
  if (silent.length > MOST_SILENT) return undefined
  const byOccurrence = new Map<string, SilentItem[]>()
  for (const item of silent) byOccurrence.set(item.occurrenceId, [...(byOccurrence.get(item.occurrenceId) ?? []), item])
  const explained: SilentItem[] = []
  // Silent items come with the last start first.
  const lookedAt = [...byOccurrence.keys()].slice(0, MOST_LOOKED_AT)
  const begun = new Map((await readBegun(db, { ids: lookedAt, roots })).map((one) => [one.id, one]))
  for (const [id, items] of byOccurrence) {
    const occurrence = begun.get(id)
    if (occurrence === undefined) {
      explained.push(...items)
      continue
    }
    const plan: PlanFacts = {
      horizon,
      changedAt: await readPlanChangedAt(db, occurrence),
      connectionsKnownFrom: addMs(asOf, -CONNECTION_RETENTION_MS),
    }
    const ids = [...new Set(items.map(({ deviceId }) => deviceId))]
    for (let from = 0; from < ids.length; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK)
      explained.push(...(await explainChunk(db, items, chunk, occurrence.startAt, plan)))
    }
  }
  return explained
}

async function explainChunk(
  db: Db,
  items: readonly SilentItem[],
  deviceIds: readonly string[],
  startAt: InstantMs,
  plan: PlanFacts,
): Promise<SilentItem[]> {
  const server = await readServerFacts(db, startAt, deviceIds)
  const around = new Map<string, DeviceEntry[]>(deviceIds.map((id) => [id, []]))
  for (const one of await readEntriesAround(db, startAt, deviceIds)) around.get(one.deviceId)?.push(one)
  const facts = new Map(deviceIds.map((id) => [id, factsOf(server.get(id) ?? noFacts, around.get(id) ?? [])]))
  return items.flatMap((item) => {
    const own = facts.get(item.deviceId)
    if (own === undefined) return []
    const reason = explainOutcome({ ...item, leftOut: null }, item, false, plan, own)
    return [{ ...item, reason: reason ?? item.reason }]
  })
}

/** By reason, most devices first. */
export async function sumNotHeard(db: Db, scope: DayScope, horizon: Horizon): Promise<NotHeard[]> {
  const { sums, silent } = await readNotHeard(db, scope)
  const explained = await explainSilent(db, silent, scope, horizon)
  const alsoTold = new Map<string, number>()
  for (const { outcome, reason, silentIds } of findShared(sums, explained ?? [])) {
    const telling = await listTellingDevices(db, scope, { outcome, reason, among: silentIds })
    alsoTold.set(`${outcome} ${reason}`, telling.length)
  }
  return gatherNotHeard(sums, explained, alsoTold)
}

export interface NotHeardPage {
  readonly total: number
  readonly devices: readonly (NotHeardDevice & { readonly occurrenceIds: readonly string[] })[]
  readonly next: string | null
}

/** The devices that `sumNotHeard` counts for one outcome and reason, a page of them. */
export async function listNotHeard(
  db: Db,
  scope: DayScope,
  horizon: Horizon,
  query: {
    readonly outcome: NotHeardOutcome
    readonly reason: string
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<NotHeardPage> {
  const { outcome, reason, limit } = query
  const isWanted = (one: SilentItem): boolean => one.outcome === outcome && one.reason === reason
  const { silent } = await readNotHeard(db, scope)
  // Too many to look at each: they count under their coarse reason.
  const explained = (await explainSilent(db, silent, scope, horizon)) ?? silent
  const own = explained.filter(isWanted)
  const ids = [
    ...new Set([...(await listTellingDevices(db, scope, { outcome, reason })), ...own.map(({ deviceId }) => deviceId)]),
  ]
  const found = await readDevicePage(db, ids, { after: query.after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const told = await readToldOccurrences(db, scope, { outcome, reason, deviceIds: page.map(({ id }) => id) })
  const devices = page.map((device) => {
    const mine = [...told, ...own].filter(({ deviceId }) => deviceId === device.id)
    return { ...device, occurrenceIds: [...new Set(mine.map(({ occurrenceId }) => occurrenceId))] }
  })
  return { total: ids.length, devices, next: found.length > page.length ? (page.at(-1)?.id ?? null) : null }
}

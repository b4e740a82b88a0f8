import type { Logger } from 'pino'
import type { InstantMs } from '#protocol/time.ts'
import { type Airing, mergeAirings } from '#server/broadcasts/rules.ts'
import { readBroadcasts, readFrozenAirings } from '#server/broadcasts/store.ts'
import { toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import {
  type ClipDelivery,
  compileDayPlans,
  compileTarget,
  type DayPlanBlob,
  type PlanWindow,
  planWindow,
} from './rules.ts'
import { type DeviceRow, keepDayPlans, keepTargets, readDevices, readScopeAreas, type Scope } from './store.ts'

export interface CompileDeps {
  readonly db: Database
  readonly log: Logger
  readonly horizonDays: number
  readonly clips: ClipDelivery
  /** Devices compiled and written at a time: bounds memory, and lets others have their turn. */
  readonly batch?: number
}

const BATCH = 500

interface SharedPlans {
  readonly plans: readonly DayPlanBlob[]
  readonly window: PlanWindow
}

/**
 * Compiles the targets of all devices in the scope as of `now` and keeps those that changed; `onChanged` gets their ids,
 * batch by batch. Day plans are compiled once for each different set of areas that have anything to air.
 */
export async function compileScope(
  deps: CompileDeps,
  scope: Scope,
  now: InstantMs,
  onChanged: (deviceIds: readonly string[]) => Promise<void>,
): Promise<{ devices: number; changed: number; plans: number }> {
  const { db } = deps
  const batch = deps.batch ?? BATCH
  const { areaIds, timeZones } = await readScopeAreas(db.pool, scope)
  if (areaIds.length === 0) return { devices: 0, changed: 0, plans: 0 }
  const windows = new Map(timeZones.map((zone) => [zone, planWindow(now, zone, deps.horizonDays)]))
  const airings = await readAirings(db, scope.kind === 'all' ? undefined : areaIds, [...windows.values()])
  const shared = new Map<string, SharedPlans>()
  const counts = { devices: 0, changed: 0, plans: 0 }

  const share = async (device: DeviceRow): Promise<SharedPlans> => {
    const heard = device.areaPath.filter((id) => airings.has(id))
    const key = [device.timeZone, ...heard].join(' ')
    const there = shared.get(key)
    if (there !== undefined) return there
    const window = windows.get(device.timeZone) ?? planWindow(now, device.timeZone, deps.horizonDays)
    const plans = compileDayPlans(
      heard.flatMap((id) => airings.get(id) ?? []),
      window,
    )
    for (const plan of plans) {
      if (plan.omitted > 0)
        deps.log.error({ date: plan.date, omitted: plan.omitted }, 'a day has more occurrences than a device can take')
    }
    // Before any target that names them: a device asks for them at once.
    await keepDayPlans(
      db.pool,
      plans.map((plan) => ({ sha256: plan.ref.sha256, bytes: plan.bytes })),
      toDate(now),
    )
    const made: SharedPlans = { window, plans: plans.map((plan) => ({ ...plan, bytes: Buffer.alloc(0) })) }
    shared.set(key, made)
    counts.plans += plans.length
    return made
  }

  let afterId: string | null = null
  for (;;) {
    const devices: DeviceRow[] = await readDevices(db.pool, scope, afterId, batch)
    const compiled = []
    for (const device of devices) {
      const { plans, window } = await share(device)
      const { contentJson, contentHash } = compileTarget(device, plans, window, deps.clips)
      if (contentHash !== device.contentHash) compiled.push({ deviceId: device.id, contentHash, contentJson })
    }
    const changed = await keepTargets(db.pool, compiled, toDate(now))
    counts.devices += devices.length
    counts.changed += changed.length
    if (changed.length > 0) await onChanged(changed)
    if (devices.length < batch) return counts
    afterId = devices.at(-1)?.id ?? null
  }
}

/** What airs or has begun in the windows, by the area at which it is aimed. */
async function readAirings(
  db: Database,
  areaIds: readonly string[] | undefined,
  windows: readonly PlanWindow[],
): Promise<Map<string, Airing[]>> {
  const earliest = windows.reduce<InstantMs | undefined>(
    (first, { yesterday }) => (first === undefined || yesterday.startAt < first ? yesterday.startAt : first),
    undefined,
  )
  const latest = windows.reduce<InstantMs | undefined>(
    (last, { horizonEndsAt }) => (last === undefined || horizonEndsAt > last ? horizonEndsAt : last),
    undefined,
  )
  if (earliest === undefined || latest === undefined) return new Map()
  const range = { from: earliest, to: latest }
  const soundingIn = areaIds === undefined ? {} : { soundingIn: areaIds }
  const broadcasts = await readBroadcasts(db.prisma, { airingFrom: earliest, ...soundingIn })
  // Read second: what froze in between counts as frozen, and says the same.
  const frozen = await readFrozenAirings(db.prisma, range, areaIds)
  const byArea = new Map<string, Airing[]>()
  for (const airing of mergeAirings(broadcasts, frozen, range)) {
    const own = byArea.get(airing.areaId)
    if (own === undefined) byArea.set(airing.areaId, [airing])
    else own.push(airing)
  }
  return byArea
}

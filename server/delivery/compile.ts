import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import { hashBytes } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { addMs, type InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import { toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { readPendingMoves, withMovingAreas } from '#server/planning/move-store.ts'
import { makePlan, type PlanClass } from '#server/planning/rules.ts'
import { readPlanInput } from '#server/planning/store.ts'
import {
  type ClipDelivery,
  compileDayPlans,
  compileShared,
  compileTarget,
  type DayPlanBlob,
  type PlanWindow,
  permittedOf,
  planWindow,
} from './rules.ts'
import {
  type CompiledTarget,
  type DeviceRow,
  keepDayPlans,
  keepSharedContents,
  keepTargets,
  readDevices,
  readScopeAreas,
  type Scope,
  type SharedContent,
  type TargetRow,
} from './store.ts'

export interface CompileDeps {
  readonly db: Database
  readonly log: Logger
  readonly horizonDays: number
  readonly clips: ClipDelivery
  /** Devices compiled and written at a time: bounds memory, and lets others have their turn. */
  readonly batch?: number
}

const BATCH = 500

interface Shared {
  readonly content: SharedContent
  readonly window: PlanWindow
}

/**
 * Compiles the targets of all devices in the scope as of `now` and keeps those that changed; `onChanged` gets those,
 * batch by batch. The plan is worked out once for each class of devices that hear the same under the same rules.
 */
export async function compileScope(
  deps: CompileDeps,
  asked: Scope,
  now: InstantMs,
  onChanged: (changed: readonly TargetRow[]) => void,
): Promise<{ devices: number; changed: number; plans: number }> {
  const { db } = deps
  const batch = deps.batch ?? BATCH
  const scope = await withComing(deps, asked, now)
  const { areas, timeZones } = await readScopeAreas(db.pool, scope)
  if (areas.size === 0) return { devices: 0, changed: 0, plans: 0 }
  const windows = new Map(timeZones.map((zone) => [zone, planWindow(now, zone, deps.horizonDays)]))
  const range = rangeOf([...windows.values()])
  const soundingIn = scope.kind === 'all' ? {} : { soundingIn: [...areas.keys()] }
  const plan = makePlan(await readPlanInput(db.prisma, { range, ...soundingIn }))
  const shared = new Map<string, Shared>()
  let unkept: { readonly plans: readonly DayPlanBlob[]; readonly content: SharedContent }[] = []
  const counts = { devices: 0, changed: 0, plans: 0 }

  const share = async (planClass: PlanClass): Promise<Shared> => {
    await nextTurn()
    const { timeZone } = planClass
    const window = windows.get(timeZone) ?? planWindow(now, timeZone, deps.horizonDays)
    const classPlan = plan.planOf(planClass)
    const plans = compileDayPlans(classPlan, window)
    for (const each of plans) {
      if (each.omitted > 0)
        deps.log.error({ date: each.date, omitted: each.omitted }, 'a day has more occurrences than a device can take')
    }
    const { permitted, omitted } = permittedOf(classPlan, window)
    if (omitted > 0) {
      const silentFrom = permitted.at(-1)?.toAt
      deps.log.warn({ omitted, silentFrom }, 'there are more permitted windows than a target can carry')
    }
    const json = compileShared(plans, permitted, window, deps.clips)
    const made = { window, content: { sha256: hashBytes(json), json } }
    shared.set(planClass.key, made)
    unkept.push({ plans, content: made.content })
    counts.plans += plans.length
    return made
  }

  /** Before any target that names them: a device asks for its day plans at once. */
  const keepShared = async (): Promise<void> => {
    const [plans, contents] = [new Map<string, DayPlanBlob>(), new Map<string, SharedContent>()]
    for (const one of unkept) {
      contents.set(one.content.sha256, one.content)
      for (const each of one.plans) plans.set(each.ref.sha256, each)
    }
    unkept = []
    const bytes = [...plans.values()].map((each) => ({ sha256: each.ref.sha256, bytes: each.bytes }))
    await keepDayPlans(db.pool, bytes, toDate(now))
    await keepSharedContents(db.pool, [...contents.values()], toDate(now))
  }

  let afterId: string | null = null
  for (;;) {
    const devices: DeviceRow[] = await readDevices(db.pool, scope, areas.values(), afterId, batch)
    const compiled: CompiledTarget[] = []
    for (const device of devices) {
      // Moved just now into an area that was empty: whoever moved it has it compiled after this.
      const area = areas.get(device.areaId)
      if (area === undefined) continue
      const planClass = plan.classOf({ ...device, areaPath: area.path, timeZone: area.timeZone })
      const { content, window } = shared.get(planClass.key) ?? (await share(planClass))
      const { ownJson, contentHash } = compileTarget({ ...device, areaPath: area.path }, content.json, area.timeZone)
      const expiresAt = window.horizonEndsAt
      if (contentHash !== device.contentHash)
        compiled.push({ deviceId: device.id, contentHash, ownJson, shared: content, expiresAt })
    }
    await keepShared()
    const changed = await keepTargets(db.pool, compiled, toDate(now))
    counts.devices += devices.length
    counts.changed += changed.length
    if (changed.length > 0) onChanged(changed)
    if (devices.length < batch) return counts
    afterId = devices.at(-1)?.id ?? null
  }
}

const DAY_MS = 86_400_000

/** With what will stand in these areas within the horizon: it holds the plan of the days after its move already. */
async function withComing({ db, horizonDays }: CompileDeps, scope: Scope, now: InstantMs): Promise<Scope> {
  if (scope.kind === 'all' || scope.areaIds.length === 0) return scope
  const moves = await readPendingMoves(db.prisma, addMs(now, (horizonDays + 1) * DAY_MS))
  return { ...scope, areaIds: await withMovingAreas(db.prisma, scope.areaIds, moves) }
}

/** From the first yesterday to the last horizon of these windows. */
function rangeOf(windows: readonly PlanWindow[]): InstantRange {
  const first = windows.map(({ yesterday }) => yesterday.startAt).sort((a, b) => a - b)[0]
  const last = windows.map(({ horizonEndsAt }) => horizonEndsAt).sort((a, b) => b - a)[0]
  if (first === undefined || last === undefined) throw new Error('a scope with areas has time zones')
  return { from: first, to: last }
}

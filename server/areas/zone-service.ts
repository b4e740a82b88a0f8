import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { readPlanDevices } from '#server/planning/store.ts'
import { readAreas } from './moves/store.ts'
import { daysAhead, findZoneImpact, type RulesImpact } from './rules-impact.ts'
import type { AreaRulesDeps } from './rules-service.ts'
import { areaEdits } from './service.ts'
import { type Db, findArea, lockArea, lockTree, setTimeZone } from './store.ts'

/** How many areas had another zone, what no longer fits, and the names of areas whose limits are broken. */
export interface ZoneChange extends RulesImpact {
  readonly areas: number
  /** Of the area itself, now. */
  readonly revision: number
  readonly nameOf: (areaId: string) => string
}

export type AreaZoneService = ReturnType<typeof createAreaZoneService>

const HORIZON_DAYS = 14

/**
 * The zone of an area and of all that lies below it: permitted hours, the days that limits count by, the midnight at which
 * devices roll their plan on, and new broadcasts follow it. Broadcasts that are planned keep the zone in which they were
 * planned (RFC 5545 §3.2.19): they sound at the same instant as before, and what no longer lies within the permitted hours
 * is told. Suspensions keep their instants.
 */
export function createAreaZoneService(deps: AreaRulesDeps) {
  const { db, clock, log, events, plan, audit } = deps

  async function findManaged(tx: Db, actor: Actor, id: string) {
    const area = await findArea(tx, id)
    if (area === null) throw new Problem('not-found')
    assertMay(actor, 'areas.manage', area.path)
    return area
  }

  return {
    /** @throws Problem `not-found` and `not-allowed` by the actor's rights. Setting the same again changes nothing. */
    async change(actor: Actor, id: string, timeZone: string, ifMatch?: IfMatch): Promise<ZoneChange> {
      const now = clock.now()
      let frozen: readonly FrozenOccurrence[] = []
      const changed = await audit.act(
        actor,
        async (tx, note) => {
          await findManaged(tx, actor, id)
          frozen = await freezeDueOccurrences(tx, now)
          // Nothing comes below it, or leaves, in between.
          await lockTree(tx, 'move')
          const { path: areaPath } = await findManaged(tx, actor, id)
          const locked = await lockArea(tx, id)
          if (locked === null) throw new Problem('not-found')
          await assertUnchanged(tx, actor, ifMatch, { id, revision: locked.revision, actions: areaEdits })
          const former = locked.timeZone
          const devices = await readPlanDevices(tx, { within: [id] })
          const areas = await setTimeZone(tx, id, timeZone)
          const subject = { type: 'area', id }
          if (areas === 0) note.unchanged()
          else {
            const after = { timeZone, areas }
            note({ action: 'area.zone-changed', areaPath, subject, before: { timeZone: former }, after })
          }
          const revision = locked.revision + (former === timeZone ? 0 : 1)
          return { areaPath, areas, devices, revision }
        },
        planTransaction,
      )
      announceFrozen(events, frozen)
      const { areaPath, areas, devices, revision } = changed
      if (areas > 0) {
        log.info({ event: 'area-zone-changed', areaId: id, timeZone, by: actor.accountId }, 'an area has another zone')
        events.publish({ kind: 'areas', areaPath, id })
        events.publish({ kind: 'occurrences', areaPath })
        plan.areaChanged(id)
      }
      const range = daysAhead(now, deps.horizonDays ?? HORIZON_DAYS, timeZone)
      const impact = await findZoneImpact(db.prisma, { areaPath, devices, range, now })
      const limiting = await readAreas(db.prisma, [...new Set(impact.capsBroken.map((one) => one.areaId))])
      const names = new Map(limiting.map((one) => [one.id, one.name]))
      return { ...impact, areas, revision, nameOf: (areaId) => names.get(areaId) ?? '' }
    },
  }
}

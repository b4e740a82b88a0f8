import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Audit } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import {
  type EffectiveRules,
  findWidening,
  type OwnRules,
  type RuledArea,
  resolveRules,
  type Widening,
} from '#server/planning/area-rules.ts'
import { hoursWords } from '#server/planning/hours-words.ts'
import { readAreaRules } from '#server/planning/store.ts'
import { daysAhead, findRulesImpact, type RulesImpact } from './rules-impact.ts'
import { isLeadInClip, type RuledAreaRow, readRulesAlong, saveRules } from './rules-store.ts'
import { type AreaRow, type Db, findArea } from './store.ts'

export interface AreaRulesDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
  /** How far ahead a change of rules looks for what no longer fits. */
  readonly horizonDays?: number
}

/** What an area says, what holds there, and what would if it said nothing. Areas above are named: what they say holds here. */
export interface AreaRulesView {
  readonly area: { readonly id: string; readonly name: string }
  readonly own: OwnRules
  /** Of what it says itself. */
  readonly revision: number
  readonly effective: EffectiveRules
  readonly above: EffectiveRules
  readonly nameOf: (areaId: string) => string
}

export type AreaRulesService = ReturnType<typeof createAreaRulesService>

const HORIZON_DAYS = 14

/** What of the rules stands in the audit trail. */
const recordOf = ({ caps, ...rest }: OwnRules): object => ({ ...rest, ...caps })

const capProblems = {
  maxSessionsPerDay: 'area-sessions-above',
  maxMinutesPerSession: 'area-session-minutes-above',
  maxMinutesPerDay: 'area-day-minutes-above',
} as const

function refuseWidening(widening: Widening, area: string): Problem {
  if (widening.rule !== 'hours') {
    const { limit, asked } = widening
    return new Problem(capProblems[widening.rule], { area, limit, asked })
  }
  const { window, above } = widening
  return new Problem('area-hours-wider', {
    area,
    window: hoursWords([window], 'vi'),
    windowEn: hoursWords([window], 'en'),
    above: hoursWords(above, 'vi'),
    aboveEn: hoursWords(above, 'en'),
  })
}

export function createAreaRulesService(deps: AreaRulesDeps) {
  const { db, clock, log, events, plan, audit } = deps
  const horizonDays = deps.horizonDays ?? HORIZON_DAYS

  async function findKnown(tx: Db, actor: Actor, id: string, action: 'areas.read' | 'areas.rules'): Promise<AreaRow> {
    const area = await findArea(tx, id)
    if (area === null) throw new Problem('not-found')
    assertMay(actor, action, area.path)
    return area
  }

  function view(along: readonly RuledAreaRow[]): AreaRulesView {
    const own = along.at(-1)
    if (own === undefined) throw new Error('an area stands at the end of its own path')
    const nameOf = (areaId: string): string => along.find((one) => one.areaId === areaId)?.name ?? ''
    const path: readonly RuledArea[] = along
    const above = resolveRules(path.slice(0, -1))
    return {
      area: { id: own.areaId, name: own.name },
      own: own.rules,
      revision: own.revision,
      effective: resolveRules(path),
      above,
      nameOf,
    }
  }

  return {
    async read(actor: Actor, id: string): Promise<AreaRulesView> {
      const area = await findKnown(db.prisma, actor, id, 'areas.read')
      return view(await readRulesAlong(db.prisma, area.path))
    },

    /**
     * Sets all that the area itself says. What has begun keeps its place; what no longer fits is left out from now on, and
     * told.
     *
     * @throws Problem `area-hours-wider`, `area-…-above` when it would permit more than what holds above it,
     *   `area-lead-in-unusable`, `not-found` and `not-allowed` by the actor's rights.
     */
    async change(actor: Actor, id: string, rules: OwnRules, ifMatch?: IfMatch): Promise<AreaRulesView & RulesImpact> {
      const now = clock.now()
      let frozen: readonly FrozenOccurrence[] = []
      const changed = await audit.act(
        actor,
        async (tx, note) => {
          await findKnown(tx, actor, id, 'areas.rules')
          frozen = await freezeDueOccurrences(tx, now)
          // Under the plan's lock: nobody changes what holds above, or moves the area, in between.
          const area = await findKnown(tx, actor, id, 'areas.rules')
          const along = await readRulesAlong(tx, area.path)
          const { own, nameOf, revision } = view(along)
          await assertUnchanged(tx, actor, ifMatch, { id, revision, actions: ['area.rules-changed'] })
          const widening = findWidening(rules, along.slice(0, -1))
          if (widening !== undefined) throw refuseWidening(widening, nameOf(widening.areaId))
          if (rules.leadIn?.kind === 'clip' && !(await isLeadInClip(tx, rules.leadIn.clipId, area.path))) {
            throw new Problem('area-lead-in-unusable')
          }
          const range = daysAhead(now, horizonDays, area.timeZone)
          const before = await readAreaRules(tx, range)
          const isChanged = !isDeepStrictEqual(recordOf(own), recordOf(rules))
          if (!isChanged) note.unchanged()
          else {
            await saveRules(tx, id, rules, { accountId: actor.accountId, at: toDate(now) })
            note({
              action: 'area.rules-changed',
              areaPath: area.path,
              subject: { type: 'area', id },
              before: recordOf(own),
              after: recordOf(rules),
            })
          }
          return { areaPath: area.path, before, range, isChanged }
        },
        planTransaction,
      )
      announceFrozen(events, frozen)
      if (changed.isChanged) {
        log.info({ event: 'area-rules-changed', areaId: id, by: actor.accountId }, 'the rules of an area were changed')
        events.publish({ kind: 'areas', areaPath: changed.areaPath, id })
        plan.areaChanged(id)
      }
      const { areaPath, before, range } = changed
      const impact = await findRulesImpact(db.prisma, { areaPath, before, range, now })
      return { ...view(await readRulesAlong(db.prisma, areaPath)), ...impact }
    },
  }
}

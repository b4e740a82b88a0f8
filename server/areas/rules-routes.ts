import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { toDate } from '#server/clock.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { idParams } from '#server/http/schemas.ts'
import type { EffectiveRules, OwnRules } from '#server/planning/area-rules.ts'
import type { SetCap } from '#server/planning/caps-rules.ts'
import type { RulesImpact } from './rules-impact.ts'
import { areaRulesChange, areaRulesChanged, areaRulesView } from './rules-schemas.ts'
import type { AreaRulesService, AreaRulesView } from './rules-service.ts'

/** A merger's fortnight with three sessions a day stays below it. */
const SHOWN = 200

type NameOf = AreaRulesView['nameOf']
const areaRef = (id: string, nameOf: NameOf) => ({ id, name: nameOf(id) })

function presentEffective({ hours, caps, volumes, leadIn, languages }: EffectiveRules, nameOf: NameOf) {
  const from = (areaIds: readonly string[]) => areaIds.map((id) => areaRef(id, nameOf))
  const cap = (set: SetCap | null) => set && { limit: set.limit, from: areaRef(set.areaId, nameOf) }
  return {
    hours: { windows: hours.value?.map(presentWindow) ?? null, from: from(hours.areaIds) },
    maxSessionsPerDay: cap(caps.maxSessionsPerDay),
    maxMinutesPerSession: cap(caps.maxMinutesPerSession),
    maxMinutesPerDay: cap(caps.maxMinutesPerDay),
    volumes: { rules: [...volumes.value], from: from(volumes.areaIds) },
    leadIn: { setting: leadIn.value, from: from(leadIn.areaIds) },
    languages: { tags: [...languages.value], from: from(languages.areaIds) },
  }
}

const presentWindow = <T extends { readonly days: readonly number[] }>(window: T) => ({
  ...window,
  days: [...window.days],
})

export const presentOwn = ({ hours, caps, volumes, leadIn, languages }: OwnRules): z.input<typeof areaRulesChange> => ({
  ...caps,
  hours: hours?.map(presentWindow) ?? null,
  volumes: volumes === null ? null : [...volumes],
  leadIn,
  languages: [...languages],
})

function presentRules({ area, own, revision, effective, above, nameOf }: AreaRulesView): z.input<typeof areaRulesView> {
  return {
    area,
    own: presentOwn(own),
    revision,
    effective: presentEffective(effective, nameOf),
    above: presentEffective(above, nameOf),
  }
}

export function presentImpact({ noLongerFits, capsBroken }: RulesImpact, nameOf: NameOf) {
  return {
    noLongerFits: {
      count: noLongerFits.length,
      occurrences: noLongerFits.slice(0, SHOWN).map(({ airing, reason, cutAt, deviceCount }) => ({
        occurrenceId: airing.occurrenceId,
        title: airing.title,
        areaId: airing.areaId,
        priority: airing.priority,
        startAt: toDate(airing.startAt).toISOString(),
        reason,
        cutAt: cutAt === null ? null : toDate(cutAt).toISOString(),
        deviceCount,
      })),
    },
    capsBroken: {
      count: capsBroken.length,
      days: capsBroken.slice(0, SHOWN).map(({ rule, limit, actual, date, areaId }) => ({
        rule,
        limit,
        actual,
        date,
        from: areaRef(areaId, nameOf),
      })),
    },
  }
}

const rulesOf = (input: z.output<typeof areaRulesChange>): OwnRules => {
  const { hours, volumes, leadIn, languages, ...caps } = input
  return { hours, caps, volumes, leadIn, languages }
}

export function areaRulesRoutes(deps: { areaRules: AreaRulesService }): FastifyPluginAsyncZod {
  const { areaRules } = deps
  const tags = ['areas']
  return async (app) => {
    app.get(
      '/areas/:id/rules',
      {
        config: { action: 'areas.read' },
        schema: {
          tags,
          summary: 'What an area says of hours, limits, volume, lead-in and languages, and what holds there',
          params: idParams,
          response: { 200: areaRulesView },
        },
      },
      async (request) => presentRules(await areaRules.read(request.actor, request.params.id)),
    )
    app.put(
      '/areas/:id/rules',
      {
        config: { action: 'areas.rules' },
        schema: {
          tags,
          summary: 'Set what an area says; it may only tighten what holds above it',
          params: idParams,
          headers: ifMatchHeaders,
          body: areaRulesChange,
          response: { 200: areaRulesChanged },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const changed = await areaRules.change(actor, params.id, rulesOf(body), ifMatchOf(request))
        return { ...presentRules(changed), ...presentImpact(changed, changed.nameOf) }
      },
    )
  }
}

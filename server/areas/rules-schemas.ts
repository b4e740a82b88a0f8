import { z } from 'zod'
import { broadcastPriority, languageTag } from '#protocol/target.ts'
import { id, instant, localDate } from '#server/http/schemas.ts'
import { caps, leadInSetting, volumeRules, weekWindow, weekWindows } from '#server/planning/schemas.ts'

const areaRef = z.object({ id, name: z.string() }).meta({ id: 'AreaRef' })
const from = z.array(areaRef).describe('The areas that say so; none: nobody does, and it is as everywhere')

/** As many as a target has room for on each day of the longest horizon (protocol/limits.ts). */
const MAX_A_DAY = 8
const weekdays = [1, 2, 3, 4, 5, 6, 7]

const ownRules = z.object({
  hours: weekWindows
    .min(1)
    .refine((windows) => weekdays.every((day) => windows.filter(({ days }) => days.includes(day)).length <= MAX_A_DAY))
    .nullable()
    .describe(
      'Permitted hours, in the area’s zone, at most eight windows on a day; null: what holds above. Never more than that',
    ),
  ...caps.shape,
  volumes: volumeRules
    .nullable()
    .describe(
      'Per cent of a speaker’s own volume; the first that fits holds. Null: what holds above; none: always 100',
    ),
  leadIn: leadInSetting
    .nullable()
    .describe('What sounds before a broadcast; null: what holds above. A clip must stand in an approved bulletin'),
  languages: z
    .array(languageTag)
    .max(8)
    .refine((list) => new Set(list).size === list.length)
    .describe('Of speakers that have none of their own, most wanted first; none: what holds above'),
})
export const areaRulesChange = ownRules.meta({ id: 'AreaOwnRules' })

const cap = z.object({ limit: z.number().int(), from: areaRef }).nullable()
const effectiveRules = z
  .object({
    hours: z
      .object({ windows: z.array(weekWindow).nullable(), from })
      .describe('What all areas of the path permit together; null: all hours; none: no hour at all'),
    maxSessionsPerDay: cap,
    maxMinutesPerSession: cap,
    maxMinutesPerDay: cap,
    volumes: z.object({ rules: volumeRules, from }),
    leadIn: z.object({ setting: leadInSetting, from }),
    languages: z.object({ tags: z.array(languageTag), from }),
  })
  .meta({ id: 'AreaEffectiveRules' })

const view = {
  area: areaRef,
  own: areaRulesChange,
  revision: z.number().int().describe('Counts the changes of what the area itself says'),
  effective: effectiveRules.describe('What holds here'),
  above: effectiveRules.describe('What would hold if the area itself said nothing: it may only tighten this'),
}
export const areaRulesView = z.object(view).meta({ id: 'AreaRules' })

/** The answer to a change, with what of the plans does not fit any more. */
/** What a change takes away from plans within the horizon. */
export const planImpact = {
  noLongerFits: z
    .object({
      count: z.number().int(),
      occurrences: z
        .array(
          z.object({
            occurrenceId: z.string(),
            title: z.string(),
            areaId: id,
            priority: broadcastPriority,
            startAt: instant,
            reason: z.enum(['gave-way', 'suspended', 'outside-hours']),
            cutAt: instant.nullable().describe('From when on it is silent; null: somewhere it does not sound at all'),
            deviceCount: z.number().int().describe('Speakers on which it is left out or cut off'),
          }),
        )
        .describe('The first 200'),
    })
    .describe('What was to sound within the horizon and is left out or cut off then'),
  capsBroken: z
    .object({
      count: z.number().int(),
      days: z
        .array(
          z.object({
            rule: z.enum(['maxSessionsPerDay', 'maxMinutesPerSession', 'maxMinutesPerDay']),
            limit: z.number().int(),
            actual: z.number().int(),
            date: localDate,
            from: areaRef,
          }),
        )
        .describe('The first 200'),
    })
    .describe('Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same'),
}

export const areaRulesChanged = z.object({ ...view, ...planImpact }).meta({ id: 'AreaRulesChanged' })

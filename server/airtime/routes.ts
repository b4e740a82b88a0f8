import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { instantMs } from '#protocol/time.ts'
import { type Language, readerLanguage } from '#server/http/language.ts'
import { languages } from '#server/library/languages.ts'
import { topicCode } from '#server/library/schemas.ts'
import { topics } from '#server/library/topics.ts'
import { airtimeQuery, airtimeReport } from './schemas.ts'
import type { AirtimeService } from './service.ts'
import { type AirtimeRow, EMERGENCY_KEY, type Grouping, UNPLANNED_KEY } from './store.ts'

const outside: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  [EMERGENCY_KEY]: { vi: 'Phát khẩn cấp', en: 'Emergency broadcasts' },
  [UNPLANNED_KEY]: { vi: 'Ngoài kế hoạch', en: 'Outside the plan' },
}

function nameKey(key: string, by: 'topic' | 'language', language: Language): string | undefined {
  if (by === 'language') return languages.find((one) => one.code === key)?.[language]
  const topic = topicCode.safeParse(key)
  return topic.success ? topics[topic.data][language] : undefined
}

/** Areas, devices and days are named by the database; topics and languages by their dictionaries. */
function labelOf(row: AirtimeRow, by: Grouping, language: Language): string {
  if (by !== 'topic' && by !== 'language') return row.label
  return nameKey(row.key, by, language) ?? outside[row.key]?.[language] ?? row.label
}

export function airtimeRoutes(deps: { readonly airtime: AirtimeService }): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/airtime',
      {
        config: { action: 'airtime.read' },
        schema: {
          tags: ['airtime'],
          summary: 'Expected against played time by area, device, day, topic or language',
          querystring: airtimeQuery,
          response: { 200: airtimeReport },
        },
      },
      async (request) => {
        const { from, to, areaId, by } = request.query
        const range = { from: instantMs.parse(Date.parse(from)), to: instantMs.parse(Date.parse(to)) }
        const { asOf, rows, total } = await deps.airtime.report(request.actor, { ...range, areaId, by })
        const language = readerLanguage(request.headers['accept-language'])
        return {
          asOf: new Date(asOf).toISOString(),
          from,
          to,
          by,
          rows: rows.map((row) => ({ ...row, label: labelOf(row, by, language) })),
          total,
        }
      },
    )
  }
}

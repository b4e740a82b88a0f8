import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { Clock } from '#server/clock.ts'
import { toDate } from '#server/clock.ts'
import { type Language, readerLanguage } from '#server/http/language.ts'
import { sendSheets } from '#server/sheets/send.ts'
import type { AuditReading, ReadEntry } from './reading.ts'
import type { AuditFilter } from './reading-store.ts'
import {
  auditActionList,
  auditExportQuery,
  type auditFilter,
  auditPage,
  auditPeople,
  auditPeopleQuery,
  auditQuery,
  auditVerification,
} from './schemas.ts'
import { sheetOfEntries } from './sheet.ts'
import { type EntryView, viewActions, viewEntry, viewStatus } from './views.ts'

const tags = ['audit']
const read = { action: 'audit.read' } as const

function filterOf({ from, to, ...rest }: z.infer<typeof auditFilter>): AuditFilter {
  return {
    ...rest,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  }
}

async function* viewAll(pages: AsyncIterable<ReadEntry[]>, language: Language): AsyncIterable<EntryView[]> {
  for await (const page of pages) yield page.map((entry) => viewEntry(entry, language))
}

export function auditRoutes(deps: {
  readonly reading: AuditReading
  readonly clock: Clock
  readonly zone: string
}): FastifyPluginAsyncZod {
  const { reading, clock, zone } = deps
  return async (app) => {
    app.get(
      '/audit',
      {
        config: read,
        schema: {
          tags,
          summary: 'What was done, and by whom, in the areas one may audit; newest first',
          querystring: auditQuery,
          response: { 200: auditPage },
        },
      },
      async (request) => {
        const { before, limit, ...filter } = request.query
        const language = readerLanguage(request.headers['accept-language'])
        const { entries, next } = await reading.list(request.actor, filterOf(filter), { before, limit })
        return { entries: entries.map((entry) => viewEntry(entry, language)), next }
      },
    )

    app.get(
      '/audit/actions',
      {
        config: read,
        schema: {
          tags,
          summary: 'What the trail can say that somebody did, in the reader’s language',
          response: { 200: auditActionList },
        },
      },
      async (request) => viewActions(readerLanguage(request.headers['accept-language'])),
    )

    app.get(
      '/audit/people',
      {
        config: read,
        schema: {
          tags,
          summary: 'People with a role in the areas one may audit, by name',
          querystring: auditPeopleQuery,
          response: { 200: auditPeople },
        },
      },
      async (request) => [...(await reading.people(request.actor, request.query.q, request.query.limit))],
    )

    app.get(
      '/audit/export',
      {
        config: read,
        // Asking is on record; a HEAD would be a record of nothing.
        exposeHeadRoute: false,
        schema: { tags, summary: 'The same as CSV or Excel workbook, all of it', querystring: auditExportQuery },
      },
      async (request, reply) => {
        const looks = { language: readerLanguage(request.headers['accept-language']), timeZone: zone }
        const { format, ...filter } = request.query
        const pages = await reading.export(request.actor, filterOf(filter))
        const sheet = sheetOfEntries(viewAll(pages, looks.language), looks.language)
        return sendSheets(reply, [sheet], looks, { format, name: 'nhat-ky', madeAt: toDate(clock.now()) })
      },
    )

    app.get(
      '/audit/verification',
      {
        config: read,
        schema: {
          tags,
          summary: 'Where the trail stands, and its newest verification',
          response: { 200: auditVerification },
        },
      },
      async (request) => viewStatus(await reading.status(), readerLanguage(request.headers['accept-language'])),
    )

    app.post(
      '/audit/verification',
      {
        config: { ...read, limit: 'strict', unaudited: 'Reads; a POST only so that no browser repeats it unasked' },
        schema: {
          tags,
          summary: 'Verify the whole trail now (at most once a minute)',
          response: { 200: auditVerification },
        },
      },
      async (request) => viewStatus(await reading.verify(), readerLanguage(request.headers['accept-language'])),
    )
  }
}

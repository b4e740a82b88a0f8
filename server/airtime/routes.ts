import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { playReason } from '#protocol/ledger.ts'
import { clockState, instantMs } from '#protocol/time.ts'
import { sayReason } from '#server/broadcasts/explain-texts.ts'
import { type Language, readerLanguage } from '#server/http/language.ts'
import { Problem } from '#server/http/problem.ts'
import { sendSheets } from '#server/sheets/send.ts'
import { type Cover, sheetOfSums, sheetsOfPlays } from './export.ts'
import { type PlayLine, readCursor, writeCursor } from './plays-store.ts'
import {
  type airtimeFilter,
  airtimeQuery,
  airtimeReport,
  evidenceQuery,
  exportQuery,
  playEvidence,
  playsPage,
  playsQuery,
} from './schemas.ts'
import type { AirtimeQuestion, AirtimeService } from './service.ts'
import { sayGroup, sayLanguage } from './texts.ts'

const tags = ['airtime']
const config = { action: 'airtime.read' } as const
const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null

const questionOf = ({ from, to, ...rest }: z.infer<typeof airtimeFilter>): AirtimeQuestion => ({
  ...rest,
  from: instantMs.parse(Date.parse(from)),
  to: instantMs.parse(Date.parse(to)),
})

function showReason(code: string | null, language: Language): { code: string; text: string } | null {
  if (code === null) return null
  const known = playReason.safeParse(code)
  return { code, text: known.success ? sayReason(known.data, language) : code }
}

function showPlay(line: PlayLine, language: Language): z.infer<typeof playEvidence>['play'] {
  return {
    ...line,
    campaign: line.campaign === '' ? null : line.campaign,
    languageText: sayLanguage(line.language, language),
    startAt: line.startAt.toISOString(),
    startedAt: isoOrNull(line.startedAt),
    endedAt: isoOrNull(line.endedAt),
    reason: showReason(line.reason, language),
  }
}

export function airtimeRoutes(deps: {
  readonly airtime: AirtimeService
  readonly zone: string
}): FastifyPluginAsyncZod {
  const { airtime, zone } = deps
  return async (app) => {
    app.get(
      '/airtime',
      {
        config,
        schema: {
          tags,
          summary: 'Planned against played time by place, time, topic, campaign, language or priority',
          querystring: airtimeQuery,
          response: { 200: airtimeReport },
        },
      },
      async (request) => {
        const { by, limit, ...filter } = request.query
        const { asOf, rows, total } = await airtime.report(request.actor, { ...questionOf(filter), by })
        const language = readerLanguage(request.headers['accept-language'])
        return {
          asOf: new Date(asOf).toISOString(),
          from: filter.from,
          to: filter.to,
          by,
          rows: rows.slice(0, limit).map((row) => ({ ...row, label: sayGroup(row, by, language) })),
          rowCount: rows.length,
          total,
        }
      },
    )

    app.get(
      '/airtime/plays',
      {
        config,
        schema: {
          tags,
          summary: 'The single plays behind the figures, by planned start, with what became of each',
          querystring: playsQuery,
          response: { 200: playsPage },
        },
      },
      async (request) => {
        const { after, limit, outcome, ...filter } = request.query
        const cursor = after === undefined ? undefined : readCursor(after)
        if (after !== undefined && cursor === undefined) throw new Problem('not-found')
        const page = { after: cursor, limit, outcome }
        const { asOf, plays, extra, next } = await airtime.plays(request.actor, questionOf(filter), page)
        const language = readerLanguage(request.headers['accept-language'])
        const show = (line: PlayLine) => showPlay(line, language)
        return {
          asOf: new Date(asOf).toISOString(),
          plays: plays.map(show),
          extra: extra.map(show),
          next: next === null ? null : writeCursor(next),
        }
      },
    )

    app.get(
      '/airtime/evidence',
      {
        config,
        schema: {
          tags,
          summary: 'One play and what proves it: entries of the device’s ledger, verified now',
          querystring: evidenceQuery,
          response: { 200: playEvidence },
        },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        const { asOf, play, completeUntil, reports } = await airtime.evidence(request.actor, request.query)
        return {
          asOf: new Date(asOf).toISOString(),
          play: showPlay(play, language),
          occurrenceId: play.outcome === 'extra' ? null : play.occurrenceId,
          completeUntil: isoOrNull(completeUntil),
          reports: reports.map(({ id, reason, clock, entries, ...report }) => ({
            ...report,
            playId: id,
            startedAt: isoOrNull(report.startedAt),
            endedAt: isoOrNull(report.endedAt),
            reason: showReason(reason, language),
            clock: clockState.parse(clock),
            entries: entries.map((entry) => ({
              ...entry,
              at: entry.at.toISOString(),
              receivedAt: entry.receivedAt.toISOString(),
            })),
          })),
        }
      },
    )

    app.get(
      '/airtime/export',
      {
        config,
        // Asking is on record; a HEAD would be a record of nothing.
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'The report, or every single play, as CSV or Excel workbook; who takes it is on record',
          querystring: exportQuery,
        },
      },
      async (request, reply) => {
        const { actor, query } = request
        const { format, what, by, outcome, ...filter } = query
        const looks = { language: readerLanguage(request.headers['accept-language']), timeZone: zone }
        const question = questionOf(filter)
        const noted = { ...filter, outcome, format, what }
        const madeAt = airtime.now()
        const cover: Cover = {
          areaName: filter.areaId === undefined ? undefined : ((await airtime.nameArea(actor, filter.areaId)) ?? '–'),
          from: new Date(question.from),
          to: new Date(question.to),
          madeBy: actor.displayName,
          madeAt,
        }
        if (what === 'sums') {
          const { rows, total } = await airtime.report(actor, { ...question, by })
          await airtime.noteExport(actor, noted)
          return sendSheets(reply, [sheetOfSums(rows, total, by, cover, looks)], looks, {
            format,
            name: 'thoi-luong-phat-song',
            madeAt,
          })
        }
        const plays = await airtime.allPlays(actor, question, outcome)
        await airtime.noteExport(actor, noted)
        return sendSheets(reply, sheetsOfPlays(plays, cover, looks), looks, { format, name: 'tung-luot-phat', madeAt })
      },
    )
  }
}

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { sayReason } from '#server/broadcasts/explain-texts.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { daysMs, deviceHealth, healthQuery } from '#server/devices/health/schemas.ts'
import { readConnections, readHealth } from '#server/devices/health/store.ts'
import { type devicePlay, devicePlays, playsQuery } from '#server/devices/history/schemas.ts'
import type { HistoryService, PlayedItem } from '#server/devices/history/service.ts'
import type { DevicesService } from '#server/devices/service.ts'
import { type Language, readerLanguage } from '#server/http/language.ts'
import { idParams } from '#server/http/schemas.ts'
import { preview, previewQuery } from '#server/planning/preview-schemas.ts'
import type { PlanningService } from '#server/planning/service.ts'

export interface DevicePageDeps {
  readonly db: Database
  readonly clock: Clock
  readonly devices: Pick<DevicesService, 'read'>
  readonly history: HistoryService
  readonly planning: Pick<PlanningService, 'preview'>
}

const MOST_CONNECTIONS = 200
const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const showPlay = (play: PlayedItem, language: Language): z.infer<typeof devicePlay> => ({
  ...play,
  plannedStartAt: new Date(play.plannedStartAt).toISOString(),
  startedAt: isoOrNull(play.startedAt),
  endedAt: isoOrNull(play.endedAt),
  reason: play.reason === null ? null : { code: play.reason, text: sayReason(play.reason, language) },
})

/** What a person asks about one device: what it will play, what it played, how it was. */
export function devicePageRoutes(deps: DevicePageDeps): FastifyPluginAsyncZod {
  const { db, clock, devices, history, planning } = deps
  const tags = ['devices']
  return async (app) => {
    app.get(
      '/devices/:id/preview',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'What one device will play: when, how loud, and what it will leave out and why',
          params: idParams,
          querystring: previewQuery,
          response: { 200: preview },
        },
      },
      async (request) => {
        const { id, areaId } = await devices.read(request.actor, request.params.id)
        return planning.preview(request.actor, areaId, request.query, id)
      },
    )
    app.get(
      '/devices/:id/plays',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'What one device played and did not play, each with its reason, newest first',
          params: idParams,
          querystring: playsQuery,
          response: { 200: devicePlays },
        },
      },
      async (request) => {
        const { plays, next } = await history.list(request.actor, request.params.id, request.query)
        const language = readerLanguage(request.headers['accept-language'])
        return { plays: plays.map((play) => showPlay(play, language)), next: isoOrNull(next) }
      },
    )
    app.get(
      '/devices/:id/health',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'How one device was, hour by hour, and when it was connected',
          params: idParams,
          querystring: healthQuery,
          response: { 200: deviceHealth },
        },
      },
      async (request) => {
        const { id } = await devices.read(request.actor, request.params.id)
        const to = toDate(clock.now())
        const from = new Date(to.getTime() - daysMs(request.query.days))
        const hours = await readHealth(db.pool, id, from, to)
        const connections = await readConnections(db.pool, id, from, to, MOST_CONNECTIONS)
        return {
          from: from.toISOString(),
          to: to.toISOString(),
          hours: hours.map(({ at, ...hour }) => ({ at: at.toISOString(), ...hour })),
          connections: connections.map(({ beganAt, endedAt }) => ({
            beganAt: beganAt.toISOString(),
            endedAt: endedAt?.toISOString() ?? null,
          })),
        }
      },
    )
  }
}

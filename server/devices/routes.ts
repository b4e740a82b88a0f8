import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { enrolmentAnswer, enrolmentRequest } from '#protocol/enrolment.ts'
import { Problem } from '#server/http/problem.ts'
import { id, idParams } from '#server/http/schemas.ts'
import { isSecurityAlarm } from './alarms/rules.ts'
import type { EnrolmentService } from './enrolment.ts'
import { judgeStatus } from './rules.ts'
import { device, deviceChange, newDevice, newEnrolmentCode, revokedDevice } from './schemas.ts'
import type { DevicesService } from './service.ts'
import type { DeviceRow } from './store.ts'

export interface DevicesRoutesDeps {
  devices: DevicesService
  enrolment: EnrolmentService
  /** Lets a device send its secret unencrypted from another machine. For a trial in a closed network only. */
  allowInsecureEnrolment: boolean
}

const MOST_DEVICES = 10_000

const iso = (date: Date | null): string | null => date?.toISOString() ?? null

function showDevice(row: DeviceRow): z.infer<typeof device> {
  const presence = row.since === null || row.online === null ? null : { online: row.online, since: row.since }
  const { status, since } = judgeStatus({ enrolledAt: row.enrolledAt, revokedAt: row.revokedAt, presence })
  const playing = status === 'online' ? (row.state?.playing ?? null) : null
  return {
    id: row.id,
    areaId: row.areaId,
    areaName: row.areaName,
    name: row.name,
    volumePercent: row.volumePercent,
    muted: row.muted,
    maxVolumePercent: row.maxVolumePercent,
    emergencyVolumePercent: row.emergencyVolumePercent,
    languages: row.languages,
    status,
    since: iso(since),
    lastSeenAt: iso(row.lastSeenAt),
    playing: playing && {
      occurrenceId: playing.occurrenceId,
      alertId: playing.alertId,
      startedAt: new Date(playing.startedAt).toISOString(),
      endsAt: new Date(playing.endsAt).toISOString(),
    },
    agentVersion: row.hello?.agentVersion ?? null,
    clockOffsetMs: row.clockOffsetMs,
    health: row.state?.health ?? null,
    alarms: row.alarms.map(({ raisedAt, acknowledgedAt, ...alarm }) => ({
      ...alarm,
      raisedAt: new Date(raisedAt).toISOString(),
      isSecurity: isSecurityAlarm(alarm.code),
      acknowledgedAt: acknowledgedAt === null ? null : new Date(acknowledgedAt).toISOString(),
    })),
    target: {
      wantedRevision: row.wantedRevision,
      heldRevision: row.heldRevision ?? row.hello?.targetRevision ?? null,
      clipsMissing: row.clipsMissing,
    },
  }
}

export function devicesRoutes(deps: DevicesRoutesDeps): FastifyPluginAsyncZod {
  const { devices, enrolment } = deps
  const tags = ['devices']
  return async (app) => {
    app.get(
      '/devices',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'Devices in the areas one may read; the header Next-Cursor is there when there are more',
          querystring: z.object({
            areaId: id.optional().describe('Only those in or below this area'),
            limit: z.coerce.number().int().min(1).max(MOST_DEVICES).default(MOST_DEVICES),
            cursor: id.optional().describe('Next-Cursor of the page before'),
          }),
          response: { 200: z.array(device) },
        },
      },
      async (request, reply) => {
        const { areaId = null, cursor = null, limit } = request.query
        const page = await devices.list(request.actor, { areaId, after: cursor, limit })
        if (page.next !== null) reply.header('next-cursor', page.next)
        // The compiler has checked these; checking 10,000 once more as they go out would hold up everybody else.
        reply.type('application/json; charset=utf-8').serializer((devices: unknown) => JSON.stringify(devices))
        return page.devices.map(showDevice)
      },
    )
    app.post(
      '/devices',
      {
        config: { action: 'devices.manage' },
        schema: { tags, summary: 'Make a device: a speaker on its pole', body: newDevice, response: { 201: device } },
      },
      async (request, reply) => reply.code(201).send(showDevice(await devices.create(request.actor, request.body))),
    )
    app.get(
      '/devices/:id',
      {
        config: { action: 'devices.read' },
        schema: { tags, summary: 'One device', params: idParams, response: { 200: device } },
      },
      async (request) => showDevice(await devices.read(request.actor, request.params.id)),
    )
    app.patch(
      '/devices/:id',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Change name, volume and its limits, mute, or languages',
          params: idParams,
          body: deviceChange,
          response: { 200: device },
        },
      },
      async (request) => showDevice(await devices.change(request.actor, request.params.id, request.body)),
    )
    app.post(
      '/devices/:id/enrolment-code',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'A single-use code with which the device (or its replacement) enrols within 24 hours',
          params: idParams,
          response: { 201: newEnrolmentCode },
        },
      },
      async (request, reply) => {
        const { expiresAt, ...made } = await enrolment.makeCode(request.actor, request.params.id)
        return reply.code(201).send({ ...made, expiresAt: expiresAt.toISOString() })
      },
    )
    app.post(
      '/devices/:id/revoke',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Cut a stolen or broken device off at once; it may enrol again with a new code',
          params: idParams,
          response: { 200: revokedDevice },
        },
      },
      async (request) => {
        const { isBrokerTold } = await enrolment.revoke(request.actor, request.params.id)
        return { ...showDevice(await devices.read(request.actor, request.params.id)), isBrokerTold }
      },
    )
    app.post(
      '/devices/:id/alarms/:alarmId/acknowledge',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Say that a person has seen an alarm: a security alarm ends with that. Safe to repeat',
          params: idParams.extend({ alarmId: id }),
          response: { 200: device },
        },
      },
      async (request) => {
        const { id, alarmId } = request.params
        return showDevice(await devices.acknowledgeAlarm(request.actor, id, alarmId))
      },
    )
    app.post(
      '/enrol',
      {
        config: { action: 'public', limit: 'strict' },
        schema: {
          tags,
          summary:
            'Called by a device that proves its key: binds key and secret with a single-use code; safe to repeat',
          body: enrolmentRequest,
          response: { 200: enrolmentAnswer },
        },
      },
      async (request) => {
        const isSafe = request.protocol === 'https' || request.isFromThisMachine
        if (!isSafe && !deps.allowInsecureEnrolment) throw new Problem('insecure-connection')
        return enrolment.enrol(request.body, { address: request.ip, requestId: request.id })
      },
    )
  }
}

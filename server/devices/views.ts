import type { z } from 'zod'
import { isSecurityAlarm } from './alarms/rules.ts'
import { judgeStatus } from './rules.ts'
import type { device, deviceDetail } from './schemas.ts'
import type { DeviceDetail } from './service.ts'
import type { DeviceRow } from './store.ts'

const iso = (date: Date | null): string | null => date?.toISOString() ?? null

export function showDevice(row: DeviceRow): z.infer<typeof device> {
  const presence = row.since === null || row.online === null ? null : { online: row.online, since: row.since }
  const { status, since } = judgeStatus({ enrolledAt: row.enrolledAt, revokedAt: row.revokedAt, presence })
  const { volumePercent, muted } = row.state ?? {}
  const clock = row.hello?.clock
  const playing = status === 'online' ? (row.state?.playing ?? null) : null
  return {
    id: row.id,
    areaId: row.areaId,
    areaName: row.areaName,
    name: row.name,
    revision: row.revision,
    volumePercent: row.volumePercent,
    muted: row.muted,
    maxVolumePercent: row.maxVolumePercent,
    emergencyVolumePercent: row.emergencyVolumePercent,
    languages: row.languages,
    latitude: row.latitude,
    longitude: row.longitude,
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
    clock: clock === undefined ? null : { state: clock.state, evidence: clock.evidence ?? null },
    reported: volumePercent === undefined || muted === undefined ? null : { volumePercent, muted },
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

export const showDetail = ({ row, groups }: DeviceDetail): z.infer<typeof deviceDetail> => ({
  ...showDevice(row),
  hardwareSerial: row.hardwareSerial,
  enrolledAt: iso(row.enrolledAt),
  groups: [...groups],
})

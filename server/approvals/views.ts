import type { z } from 'zod'
import type { DelegationView } from './delegations-service.ts'
import type { delegation, standingApproval } from './schemas.ts'
import type { StandingView } from './standing-service.ts'

/** Rows → what the API says. */
export function viewStanding({ row, ...rest }: StandingView): z.input<typeof standingApproval> {
  return {
    id: row.id,
    programmeId: row.programmeId,
    programmeTitle: row.programme.title,
    areaId: row.areaId,
    givenByName: row.givenBy.displayName,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    validUntil: row.validUntil.toISOString(),
    ...rest,
  }
}

export function viewDelegation({ row, ...rest }: DelegationView): z.input<typeof delegation> {
  return {
    id: row.id,
    areaId: row.areaId,
    areaName: row.area.name,
    fromId: row.fromId,
    fromName: row.from.displayName,
    toId: row.toId,
    toName: row.to.displayName,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    ...rest,
  }
}

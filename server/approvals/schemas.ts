import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'

const reason = z.string().trim().min(1).max(500)

export const standingApproval = z
  .object({
    id,
    programmeId: id,
    programmeTitle: z.string(),
    areaId: id,
    givenByName: z.string(),
    onBehalfOfName: z.string().nullable().describe('The approver in whose place it was given'),
    reason: z.string(),
    createdAt: instant,
    validUntil: instant,
    isInForce: z.boolean().describe('False: the giver may no longer approve there, and so nothing is approved by it'),
    mayWithdraw: z.boolean(),
  })
  .meta({ id: 'StandingApproval' })
export const newStandingApproval = z.object({ programmeId: id, validUntil: instant, reason })

export const delegation = z
  .object({
    id,
    areaId: id,
    areaName: z.string(),
    fromId: id,
    fromName: z.string(),
    toId: id,
    toName: z.string(),
    reason: z.string(),
    createdAt: instant,
    startsAt: instant,
    endsAt: instant,
    state: z
      .enum(['upcoming', 'in-force', 'lapsed'])
      .describe('lapsed: one of the two accounts is disabled, or its giver may no longer approve there'),
    mayEnd: z.boolean(),
  })
  .meta({ id: 'Delegation' })
export const newDelegation = z.object({
  toId: id,
  areaId: id,
  startsAt: instant.optional().describe('At once when left out'),
  endsAt: instant,
  reason,
})
export const delegate = z.object({ id, displayName: z.string(), userName: z.string() }).meta({ id: 'Delegate' })

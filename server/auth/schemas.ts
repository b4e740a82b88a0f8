import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'
import { roles } from './rules.ts'

export const role = z.enum(roles)
export const userName = z
  .string()
  .trim()
  .toLowerCase()
  .min(3)
  .max(40)
  .regex(/^[a-z0-9][a-z0-9._-]*$/)
  .describe('3–40 of a–z, 0–9, . _ -')
export const password = z.string().min(12).max(200)
export const grant = z.object({ areaId: id, role })

export const account = z
  .object({
    id,
    userName: z.string(),
    displayName: z.string(),
    revision: z.number().int().describe('Counts the changes of name, roles, and whether it is disabled'),
    hasPassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    disabled: z.boolean(),
    grants: z.array(grant),
    createdAt: instant,
  })
  .meta({ id: 'Account' })

/** Who is signed in, what they may do where, and the token that every changing request must carry as X-CSRF-Token. */
export const session = z
  .object({
    account,
    csrfToken: z.string(),
    expiresAt: instant,
    /** Actions the account may do in at least one area, for showing and hiding rooms of the console. */
    actions: z.array(z.string()),
    secondFactor: z
      .object({ needed: z.boolean(), active: z.boolean() })
      .describe('Needed but not active: this session reaches only one’s own account, where it is set up'),
  })
  .meta({ id: 'Session' })

export const setupState = z.object({ needed: z.boolean() })
/** The first account: administrator of a new root area. The code was printed at first start. */
export const setupRequest = z.object({
  code: z.string().min(8).max(100),
  userName,
  displayName: z.string().trim().min(1).max(100),
  password,
  area: z.object({ kind: z.enum(['province', 'commune']), name: z.string().trim().min(1).max(120) }),
})
const proofCode = z.string().max(100).describe('Six digits of the authenticator app, or a recovery code')
export const signInRequest = z.object({
  userName: z.string().max(80),
  password: z.string().max(200),
  code: proofCode.optional(),
})
export const oneTimeSignInRequest = z.object({
  code: z.string().min(8).max(100),
  secondFactor: proofCode.optional(),
})
export const setPasswordRequest = z.object({ password, currentPassword: z.string().max(200).optional() })

export const ownSession = z
  .object({
    id,
    address: z.string(),
    userAgent: z.string(),
    createdAt: instant,
    lastSeenAt: instant,
    isCurrent: z.boolean(),
  })
  .meta({ id: 'OwnSession' })

export const secondFactorState = z
  .object({
    needed: z.boolean(),
    active: z.boolean(),
    since: instant.nullable(),
    recoveryCodesLeft: z.number().int(),
  })
  .meta({ id: 'SecondFactorState' })
export const beginSecondFactorRequest = z.object({ password: z.string().max(200).optional() })
/** Shown once. `secret` is what the QR code holds, for typing. */
export const secondFactorOffer = z
  .object({ secret: z.string(), otpauthUrl: z.string(), qrSvg: z.string() })
  .meta({ id: 'SecondFactorOffer' })
export const confirmSecondFactorRequest = z.object({ code: z.string().max(100) })
export const bothProofsRequest = z.object({ password: z.string().max(200), code: proofCode })
/** Shown once; each works once, in place of a code of the authenticator app. */
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })
export const confirmedSecondFactor = recoveryCodes.extend({ session }).meta({ id: 'ConfirmedSecondFactor' })

const displayName = z.string().trim().min(1).max(100)
const grants = z.array(grant).min(1).max(50)
export const newAccount = z.object({ userName, displayName, grants })
export const accountPatch = z.object({ displayName })
export const setGrantsRequest = z.object({ grants })
/** Code and link are shown once; they open one session, until they expire, in which a password can be set. */
export const invitedAccount = z
  .object({
    account,
    signInCode: z.string(),
    signInLink: z.string(),
    qrSvg: z.string().describe('The link as a QR code'),
    expiresAt: instant,
  })
  .meta({ id: 'InvitedAccount' })

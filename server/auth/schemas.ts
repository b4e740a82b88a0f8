import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'
import { roles } from './rules.ts'

export const role = z.enum(roles)
export const userName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{2,39}$/)
  .describe('3–40 of a–z, 0–9, . _ -')
export const password = z.string().min(12).max(200)
export const grant = z.object({ areaId: id, role })

export const account = z
  .object({
    id,
    userName: z.string(),
    displayName: z.string(),
    hasPassword: z.boolean(),
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
export const signInRequest = z.object({ userName: z.string().max(80), password: z.string().max(200) })
export const oneTimeSignInRequest = z.object({ code: z.string().min(8).max(100) })
export const setPasswordRequest = z.object({ password, currentPassword: z.string().max(200).optional() })
export const newAccount = z.object({
  userName,
  displayName: z.string().trim().min(1).max(100),
  grants: z.array(grant).min(1).max(50),
})
/** `signInCode` is shown once; it opens one session, within 24 hours, in which a password can be set. */
export const invitedAccount = z
  .object({ account, signInCode: z.string(), expiresAt: instant })
  .meta({ id: 'InvitedAccount' })

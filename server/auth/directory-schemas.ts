import { z } from 'zod'
import { readCursor } from '#server/devices/directory/rules.ts'
import { id, instant } from '#server/http/schemas.ts'
import { account, role } from './schemas.ts'

export const MOST_ACCOUNTS = 1_000
/** How an account stands with signing in. */
export const accountStates = ['waiting', 'unprotected', 'disabled'] as const

export const accountsFilter = z.object({
  areaId: id.optional().describe('Only those with a role in or below this area'),
  role: role.optional(),
  q: z
    .string()
    .trim()
    .max(120)
    .optional()
    .describe('Words that stand in the name or the user name; diacritics and case do not matter'),
})
export const accountsQuery = accountsFilter.extend({
  state: z
    .enum(accountStates)
    .optional()
    .describe('`waiting`: no password yet; `unprotected`: no second factor; both without those that are disabled'),
  limit: z.coerce.number().int().min(1).max(MOST_ACCOUNTS).default(MOST_ACCOUNTS),
  cursor: z
    .string()
    .max(1_000)
    .refine((text) => readCursor(text) !== undefined)
    .optional()
    .describe('Next-Cursor of the page before, with the same filter'),
})

const count = z.number().int()
export const accountsSummary = z
  .object({ all: count, waiting: count, unprotected: count, disabled: count })
  .meta({ id: 'AccountsSummary' })

const happened = z.object({ at: instant, byName: z.string().nullable().describe('Null: the operator on the server') })
/** One account as its administrators and auditors see it. What opens it is never told again. */
export const accountDetail = account
  .extend({
    isWhollyYours: z.boolean().describe('All its roles lie where one administers; else only those are told'),
    secondFactorSince: instant.nullable(),
    secondFactorReset: happened.nullable().describe('When an administrator took a lost second factor away last'),
    openLink: happened
      .extend({ expiresAt: instant })
      .nullable()
      .describe('A one-time sign-in link that was made and not used yet; the link itself is shown only once'),
    lastSeenAt: instant.nullable().describe('Last use of a session that is still open'),
  })
  .meta({ id: 'AccountDetail' })

export const accountSession = z
  .object({ id, address: z.string(), userAgent: z.string(), createdAt: instant, lastSeenAt: instant })
  .meta({ id: 'AccountSession' })

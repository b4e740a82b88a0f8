import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'
import { isAuditAction } from './actions.ts'
import { auditOutcomes } from './rules.ts'

export const auditFilter = z.object({
  from: instant.optional().describe('From then on'),
  to: instant.optional().describe('Before then'),
  actorId: id.optional(),
  action: z.string().refine(isAuditAction).optional().describe('A code of GET /audit/actions'),
  areaId: id.optional().describe('In this area and all below it'),
  subjectId: z.string().min(1).max(100).optional(),
  outcome: z.enum(auditOutcomes).optional(),
})

export const auditQuery = auditFilter.extend({
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('The `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const auditExportQuery = auditFilter.extend({ format: z.enum(['csv', 'xlsx']).default('csv') })

/** Any JSON: what was noted differs from act to act. Its own schema of values would be recursive, which OpenAPI tools read badly. */
const state = z.record(z.string(), z.unknown()).nullable()

export const auditEntry = z
  .object({
    seq: z.number().int().describe('Its number in the chain'),
    at: instant,
    actor: z
      .object({
        id: z.string().nullable(),
        userName: z.string().nullable().describe('As it was then; of a refused sign-in, what was typed'),
        displayName: z.string().nullable().describe('As it is now'),
      })
      .nullable()
      .describe('Null: the server itself, or nobody knows'),
    onBehalfOf: z.object({ id: z.string(), displayName: z.string().nullable() }).nullable(),
    address: z.string().nullable().describe('Where the request came from'),
    requestId: z.string().nullable(),
    action: z.string().describe('Stable code'),
    actionText: z.string().describe('In the reader’s language'),
    outcome: z.enum(auditOutcomes),
    reason: z.string().nullable().describe('Of a refusal: the code of its problem'),
    reasonText: z.string().nullable().describe('In the reader’s language, where there are words for it'),
    area: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    subject: z.object({
      type: z.string(),
      id: z.string().nullable(),
      name: z.string().nullable().describe('As it is now, where one may know it'),
    }),
    before: state.describe('The fields that were changed, as they were'),
    after: state.describe('… and as they are since'),
    names: z
      .record(z.string(), z.string())
      .describe('What the things are called now whose ids stand in the entry, by id; where one may know it'),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })

export const auditPage = z
  .object({
    entries: z.array(auditEntry).describe('Newest first'),
    next: z.number().int().nullable().describe('For `before`, to read on; null: there is no more'),
  })
  .meta({ id: 'AuditPage' })

/** People of whom the trail may tell, for choosing one. */
export const auditPeopleQuery = z.object({
  q: z.string().trim().max(120).default('').describe('Words that stand in the name or the user name'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
})
export const auditPeople = z.array(z.object({ id, userName: z.string(), displayName: z.string() }))

export const auditActionList = z.array(z.object({ code: z.string(), text: z.string() }))

const place = z.object({ seq: z.number().int(), hash: z.string() })

export const auditVerification = z
  .object({
    head: place.nullable().describe('The newest entry'),
    lastCheckpoint: z.object({ seq: z.number().int(), at: instant }).nullable().describe('The newest signed head'),
    result: z
      .object({
        at: instant.describe('When it was verified'),
        isIntact: z.boolean(),
        entries: z.number().int().nullable().describe('How many were verified; null when the trail is broken'),
        droppedUpTo: z.number().int().nullable().describe('Entries up to here are past their retention and gone'),
        fault: z
          .object({ table: z.string(), seq: z.number().int(), code: z.string(), text: z.string() })
          .nullable()
          .describe('The first row that is wrong'),
      })
      .nullable()
      .describe('Null: not verified since the server started'),
  })
  .meta({ id: 'AuditVerification' })

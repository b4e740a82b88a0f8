import { z } from 'zod'
import { languageTag } from '#protocol/target.ts'
import { planWarning } from '#server/broadcasts/check-schemas.ts'
import { id, instant } from '#server/http/schemas.ts'

export const topicCode = z.enum(['general', 'urgent', 'policy', 'administration', 'society', 'good-deeds'])
export const clip = z
  .object({
    id,
    areaId: id,
    source: z.enum(['upload', 'speech', 'recording', 'trim']),
    state: z.enum(['uploaded', 'processing', 'ready', 'rejected']),
    originalName: z.string(),
    speechText: z.string().nullable(),
    speechVoice: z.string().nullable(),
    trimmedFromId: id.nullable().describe('What it was cut from'),
    sha256: z.string().nullable(),
    bytes: z.number().int().nullable(),
    durationMs: z.number().int().nullable(),
    loudnessLufs: z.number().nullable(),
    peakDbfs: z.number().nullable(),
    /** Base64 of pairs of signed bytes (lowest, highest), in order of time. */
    peaks: z.string().nullable(),
    rejection: z.object({ code: z.string(), text: z.string().describe('In the reader’s language') }).nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Clip' })
export const clipQuery = z.object({
  areaId: id.optional(),
  state: z.enum(['uploaded', 'processing', 'ready', 'rejected']).optional(),
  search: z.string().max(200).optional().describe('Words in the name; diacritics and case do not matter'),
  limit: z.coerce.number().int().min(1).max(200).default(200),
})
export const clipUploadQuery = z.object({ areaId: id, name: z.string().trim().min(1).max(200) })
export const speechRequest = z.object({
  areaId: id,
  name: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(20_000),
  voice: z.string().max(40),
})
export const trimRequest = z.object({
  startMs: z.number().int().min(0).describe('Where the new clip begins'),
  endMs: z.number().int().positive().describe('Where it ends'),
})
export const voice = z
  .object({
    id: z.string(),
    engine: z.string(),
    language: languageTag,
    name: z.object({ vi: z.string(), en: z.string() }),
  })
  .meta({ id: 'Voice' })
export const topic = z
  .object({ code: topicCode, name: z.object({ vi: z.string(), en: z.string() }) })
  .meta({ id: 'Topic' })

export const language = z
  .object({ code: languageTag.describe('BCP 47'), name: z.object({ vi: z.string(), en: z.string() }) })
  .meta({ id: 'Language' })

/** A person can still listen to all of them before approving; a device asks for five at most. */
const MAX_VARIANTS = 12
/** The same bulletin in another language; those of one bulletin are distinct, and none is the main one. */
const variant = z.object({ language: languageTag, clipId: id })
const content = {
  title: z.string().trim().min(1).max(200),
  topic: topicCode,
  campaign: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .nullable()
    .default(null)
    .describe('What it belongs to besides its topic, in the commune’s own words; null: nothing'),
  language: languageTag.describe('The main one: heard where a device asks for none that is there'),
  clipId: id,
}
const variants = z.array(variant).max(MAX_VARIANTS).default([])
const clipState = z.enum(['uploaded', 'processing', 'ready', 'rejected'])
export const approvalState = z.enum(['draft', 'pending', 'approved', 'returned'])
export const bulletinRevision = z
  .object({
    id,
    number: z.number().int(),
    ...content,
    campaign: z.string().nullable(),
    variants: z.array(variant.extend({ clipState, durationMs: z.number().int().nullable() })),
    contentHash: z.string(),
    state: approvalState,
    durationMs: z.number().int().nullable(),
    clipState,
    authorId: id,
    authorName: z.string(),
    createdAt: instant,
    submittedAt: instant.nullable(),
    deciderName: z.string().nullable(),
    onBehalfOfName: z.string().nullable().describe('In whose place it was decided'),
    standingApproval: z
      .object({ id, validUntil: instant })
      .nullable()
      .describe('Approved as it was submitted, by what the decider had said before for its programmes'),
    decidedAt: instant.nullable(),
    comment: z.string().nullable(),
  })
  .meta({ id: 'BulletinRevision' })
/** Only the newest revision may air, and only once it is approved: editing an approved bulletin takes it off the air until it is approved again. */
export const bulletin = z
  .object({
    id,
    areaId: id,
    revision: z.string().describe('Another one with every change of its content or state'),
    current: bulletinRevision,
    isContributor: z
      .boolean()
      .describe('The reader wrote, edited or submitted it, or brought its audio, and so may not approve it'),
    mayApprove: z.boolean().describe('The reader may approve it: in the own right, or in that of who is away'),
    inPlaceOfName: z.string().nullable().describe('In whose place the reader would approve it'),
  })
  .meta({ id: 'Bulletin' })
const bulletinWish = {
  areaId: id.optional(),
  topic: topicCode.optional(),
  campaign: z.string().max(80).optional(),
  search: z
    .string()
    .max(200)
    .optional()
    .describe('Words in the title, the campaign or the author’s name; diacritics and case do not matter'),
}
export const bulletinCountQuery = z.object(bulletinWish)
export const bulletinQuery = bulletinCountQuery.extend({
  state: approvalState.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: id.optional().describe('Next-Cursor of the page before'),
})
export const bulletinCounts = z
  .object({
    draft: z.number().int(),
    pending: z.number().int(),
    approved: z.number().int(),
    returned: z.number().int(),
  })
  .meta({ id: 'BulletinCounts' })
export const bulletinDetail = bulletin
  .extend({
    missingLanguages: z
      .array(z.object({ language: languageTag, devices: z.number().int().describe('How many speakers ask for it') }))
      .describe('Asked for where the bulletin is planned to sound, and not there: these speakers play another'),
    planWarnings: z
      .array(planWarning)
      .describe(
        'What is amiss with the broadcasts in which it is planned, of the 20 made last: rules that were made after them, ' +
          'or that nobody hears them yet. They air all the same, within the permitted hours',
      ),
  })
  .meta({ id: 'BulletinDetail' })
export const newBulletin = z.object({ areaId: id, ...content, variants })
export const bulletinContent = z.object({ ...content, variants })
/** Names what is submitted: when a newer revision is there, the request is refused. */
export const submission = z.object({ revisionId: id })
/** Names the exact content that was judged: another revision or other content is refused. */
export const approval = z.object({ revisionId: id, contentHash: z.string() })
export const returnRequest = approval.extend({ comment: z.string().trim().min(1).max(1000) })

export const programme = z
  .object({
    id,
    areaId: id,
    title: z.string(),
    revision: z.number().int().describe('Counts its changes'),
    items: z.array(
      z.object({
        itemId: id,
        bulletinId: id,
        title: z.string(),
        state: approvalState,
        durationMs: z.number().int().nullable(),
      }),
    ),
    durationMs: z.number().int(),
    updatedAt: instant,
  })
  .meta({ id: 'Programme' })
export const programmeContent = z.object({
  title: z.string().trim().min(1).max(200),
  bulletinIds: z.array(id).min(1).max(100),
})
export const programmeQuery = z.object({
  areaId: id.optional(),
  search: z.string().max(200).optional().describe('Words in the title; diacritics and case do not matter'),
  onlyBulletinId: id.optional().describe('Those that hold this bulletin, once, and nothing else'),
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: z
    .string()
    .regex(/^\d{1,14}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    .optional()
    .describe('Next-Cursor of the page before'),
})
export const newProgramme = programmeContent.extend({ areaId: id })

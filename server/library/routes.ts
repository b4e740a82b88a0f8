import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { sha256 } from '#protocol/ids.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { readerLanguage } from '#server/http/language.ts'
import { Problem } from '#server/http/problem.ts'
import { id, idParams } from '#server/http/schemas.ts'
import { sendBytes } from '#server/http/send-bytes.ts'
import type { BulletinsService } from './bulletins-service.ts'
import type { ClipFiles } from './clip-files.ts'
import type { ClipsService } from './clips-service.ts'
import { languages } from './languages.ts'
import type { ProgrammesService } from './programmes-service.ts'
import {
  approval,
  type approvalState,
  bulletin,
  bulletinContent,
  bulletinCountQuery,
  bulletinCounts,
  bulletinDetail,
  bulletinQuery,
  bulletinRevision,
  clip,
  clipQuery,
  clipUploadQuery,
  language,
  newBulletin,
  newProgramme,
  programme,
  programmeContent,
  programmeQuery,
  returnRequest,
  speechRequest,
  submission,
  topic,
  topicCode,
  trimRequest,
  voice,
} from './schemas.ts'
import { topics } from './topics.ts'
import { viewBulletin, viewClip, viewDetail, viewProgramme, viewRevision } from './views.ts'

interface Deps {
  readonly clips: ClipsService
  readonly bulletins: BulletinsService
  readonly programmes: ProgrammesService
  readonly files: ClipFiles
}

const inArea = z.object({ areaId: id.optional() })
const read = { action: 'library.read' } as const
const edit = { action: 'library.edit' } as const
const approve = { action: 'library.approve' } as const
const tags = ['library']
const DAY_S = 24 * 3_600

export const clipRoutes =
  ({ clips, files }: Pick<Deps, 'clips' | 'files'>): FastifyPluginAsyncZod =>
  async (app) => {
    // The body stays a stream: an upload goes to disk as it comes and never into memory.
    app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))

    app.post(
      '/clips',
      {
        // A village's link may take this long for a long programme.
        config: { ...edit, bodyDeadlineMs: 30 * 60_000 },
        schema: {
          tags,
          summary: 'Upload audio: the bytes of the file as application/octet-stream',
          consumes: ['application/octet-stream'],
          querystring: clipUploadQuery,
          response: { 202: clip },
        },
      },
      async (request, reply) => {
        if (!(request.body instanceof Readable)) throw new Problem('upload-empty')
        const declared = Number(request.headers['content-length'])
        const declaredBytes = Number.isSafeInteger(declared) ? declared : undefined
        const row = await clips.upload(request.actor, { ...request.query, body: request.body, declaredBytes })
        return reply.code(202).send(viewClip(row, readerLanguage(request.headers['accept-language'])))
      },
    )

    app.post(
      '/clips/speech',
      {
        config: edit,
        schema: { tags, summary: 'Have a text read aloud', body: speechRequest, response: { 202: clip } },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(
            viewClip(
              await clips.speak(request.actor, request.body),
              readerLanguage(request.headers['accept-language']),
            ),
          ),
    )

    app.post(
      '/clips/:id/trim',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Cut start and end off: a new clip; this one stays as it is',
          params: idParams,
          body: trimRequest,
          response: { 202: clip },
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(
            viewClip(
              await clips.trim(request.actor, request.params.id, request.body),
              readerLanguage(request.headers['accept-language']),
            ),
          ),
    )

    app.get(
      '/clips',
      {
        config: read,
        schema: {
          tags,
          summary: 'Clips, newest first, without their waveforms',
          querystring: clipQuery,
          response: { 200: z.array(clip) },
        },
      },
      async (request) =>
        (await clips.list(request.actor, request.query)).map((row) => ({
          ...viewClip(row, readerLanguage(request.headers['accept-language'])),
          peaks: null,
        })),
    )

    app.get(
      '/clips/:id',
      {
        config: read,
        schema: { tags, summary: 'One clip with its waveform', params: idParams, response: { 200: clip } },
      },
      async (request) =>
        viewClip(await clips.get(request.actor, request.params.id), readerLanguage(request.headers['accept-language'])),
    )

    app.get(
      '/clips/:id/audio',
      { config: read, schema: { tags, summary: 'The clip as Ogg Opus (supports Range)', params: idParams } },
      async (request, reply) => {
        const row = await clips.get(request.actor, request.params.id)
        if (row.sha256 === null) throw new Problem('clip-not-ready')
        const file = await files.open(sha256.parse(row.sha256))
        if (file === undefined) throw new Problem('not-found')
        return sendBytes(request, reply, {
          etag: `"${row.sha256}"`,
          totalBytes: file.bytes,
          mediaType: 'audio/ogg',
          cacheControl: `private, max-age=${DAY_S}, immutable`,
          open: ({ first, last }) => createReadStream(file.path, { start: first, end: last }),
        })
      },
    )

    app.get(
      '/voices',
      { config: read, schema: { tags, summary: 'Voices that can read a text', response: { 200: z.array(voice) } } },
      async () => [...clips.voices()],
    )

    app.get(
      '/topics',
      { config: read, schema: { tags, summary: 'Topics of bulletins', response: { 200: z.array(topic) } } },
      async () => topicCode.options.map((code) => ({ code, name: { vi: topics[code].vi, en: topics[code].en } })),
    )

    app.get(
      '/languages',
      {
        config: read,
        schema: { tags, summary: 'Languages that are spoken in broadcasts', response: { 200: z.array(language) } },
      },
      async () => languages.map(({ code, vi, en }) => ({ code, name: { vi, en } })),
    )
  }

export const bulletinRoutes =
  ({ bulletins }: Pick<Deps, 'bulletins'>): FastifyPluginAsyncZod =>
  async (app) => {
    const one = { 200: bulletin }

    app.get(
      '/bulletins',
      {
        config: read,
        schema: {
          tags,
          summary: 'Bulletins, newest first; Next-Cursor, when there are more',
          querystring: bulletinQuery,
          response: { 200: z.array(bulletin) },
        },
      },
      async (request, reply) => {
        const { cursor: after, state, ...rest } = request.query
        const { views, next } = await bulletins.list(request.actor, { ...rest, state, after })
        if (next !== undefined) reply.header('next-cursor', next)
        return views.map(viewBulletin)
      },
    )
    app.get(
      '/bulletins/counts',
      {
        config: read,
        schema: {
          tags,
          summary: 'How many bulletins there are in each state',
          querystring: bulletinCountQuery,
          response: { 200: bulletinCounts },
        },
      },
      async (request) => {
        const counts = await bulletins.count(request.actor, request.query)
        const of = (state: z.infer<typeof approvalState>): number => counts.get(state) ?? 0
        return { draft: of('draft'), pending: of('pending'), approved: of('approved'), returned: of('returned') }
      },
    )
    app.get(
      '/campaigns',
      {
        config: read,
        schema: {
          tags,
          summary: 'Campaigns that bulletins here belong to, the last used first',
          querystring: inArea,
          response: { 200: z.array(z.string()) },
        },
      },
      async (request) => bulletins.campaigns(request.actor, request.query.areaId),
    )
    app.post(
      '/bulletins',
      {
        config: edit,
        schema: { tags, summary: 'A new bulletin, as a draft', body: newBulletin, response: { 201: bulletin } },
      },
      async (request, reply) => {
        const { areaId, ...content } = request.body
        return reply.code(201).send(viewBulletin(await bulletins.create(request.actor, areaId, content)))
      },
    )
    app.get(
      '/bulletins/:id',
      {
        config: read,
        schema: {
          tags,
          summary: 'One bulletin with its newest revision, and what is amiss where it is to sound',
          params: idParams,
          response: { 200: bulletinDetail },
        },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        return viewDetail(await bulletins.get(request.actor, request.params.id), language)
      },
    )
    app.get(
      '/bulletins/:id/revisions',
      {
        config: read,
        schema: {
          tags,
          summary: 'All revisions, newest first',
          params: idParams,
          response: { 200: z.array(bulletinRevision) },
        },
      },
      async (request) => {
        const { revisions, names } = await bulletins.revisions(request.actor, request.params.id)
        return revisions.map((revision) => viewRevision(revision, names))
      },
    )
    app.put(
      '/bulletins/:id',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Change the content: a new revision, a draft, off the air until approved',
          params: idParams,
          headers: ifMatchHeaders,
          body: bulletinContent,
          response: one,
        },
      },
      async (request) => {
        const { actor, params, body } = request
        return viewBulletin(await bulletins.revise(actor, params.id, body, ifMatchOf(request)))
      },
    )
    app.post(
      '/bulletins/:id/submit',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Submit for approval; approved at once where a standing approval covers it',
          params: idParams,
          body: submission,
          response: one,
        },
      },
      async (request) =>
        viewBulletin(await bulletins.submit(request.actor, request.params.id, request.body.revisionId)),
    )
    app.post(
      '/bulletins/:id/approve',
      {
        config: approve,
        schema: {
          tags,
          summary: 'Approve exactly this content; the answer says what is amiss where it is planned',
          params: idParams,
          body: approval,
          response: { 200: bulletinDetail },
        },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        return viewDetail(await bulletins.approve(request.actor, request.params.id, request.body), language)
      },
    )
    app.post(
      '/bulletins/:id/return',
      {
        config: approve,
        schema: {
          tags,
          summary: 'Return with a comment, or withdraw an approval',
          params: idParams,
          body: returnRequest,
          response: one,
        },
      },
      async (request) => viewBulletin(await bulletins.return(request.actor, request.params.id, request.body)),
    )
  }

export const programmeRoutes =
  ({ programmes }: Pick<Deps, 'programmes'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/programmes',
      {
        config: read,
        schema: {
          tags,
          summary: 'Programmes, last changed first; Next-Cursor, when there are more',
          querystring: programmeQuery,
          response: { 200: z.array(programme) },
        },
      },
      async (request, reply) => {
        const { rows, next } = await programmes.list(request.actor, request.query)
        if (next !== undefined) reply.header('next-cursor', next)
        return rows.map(viewProgramme)
      },
    )
    app.post(
      '/programmes',
      {
        config: edit,
        schema: {
          tags,
          summary: 'A new programme: bulletins in their order',
          body: newProgramme,
          response: { 201: programme },
        },
      },
      async (request, reply) =>
        reply.code(201).send(viewProgramme(await programmes.create(request.actor, request.body))),
    )
    app.get(
      '/programmes/:id',
      { config: read, schema: { tags, summary: 'One programme', params: idParams, response: { 200: programme } } },
      async (request) => viewProgramme(await programmes.get(request.actor, request.params.id)),
    )
    app.put(
      '/programmes/:id',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Change title, bulletins or order',
          params: idParams,
          headers: ifMatchHeaders,
          body: programmeContent,
          response: { 200: programme },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        return viewProgramme(await programmes.change(actor, params.id, body, ifMatchOf(request)))
      },
    )
  }

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '#server/http/problem.ts'
import { idParams } from '#server/http/schemas.ts'
import { PIECE_TYPE, readByteCount, readMetadata, TUS_VERSION } from './uploads-rules.ts'
import { upload, uploadMetadata } from './uploads-schemas.ts'
import type { UploadsService, UploadView } from './uploads-service.ts'

const tags = ['library']
/** They exist for nobody but who began them; what they may do in the area is judged with each piece. */
const own = { action: 'signed-in' } as const
/** A village's link may take this long for one piece. */
const bodyDeadlineMs = 30 * 60_000

const describe = ({ upload: row, receivedBytes }: UploadView): z.input<typeof upload> => ({
  id: row.id,
  areaId: row.areaId,
  name: row.fileName,
  source: row.source === 'recording' ? 'recording' : 'upload',
  bytes: row.bytes,
  receivedBytes,
  expiresAt: row.expiresAt.toISOString(),
  clipId: row.clipId,
})

function sayHowFar(reply: FastifyReply, { upload: { bytes, expiresAt }, receivedBytes }: UploadView): FastifyReply {
  return reply
    .header('upload-offset', receivedBytes)
    .header('upload-length', bytes)
    .header('upload-expires', expiresAt.toUTCString())
}

/**
 * Uploads that go on where they were: tus 1.0 (tus.io/protocols/resumable-upload), core protocol with the extensions
 * creation, expiration and termination. `GET` tells the same as `HEAD`, as JSON.
 */
export const uploadRoutes =
  ({ uploads, uploadMaxBytes }: { uploads: UploadsService; uploadMaxBytes: number }): FastifyPluginAsyncZod =>
  async (app) => {
    // The body stays a stream: a piece goes to disk as it comes and never into memory.
    app.addContentTypeParser(PIECE_TYPE, (_request, payload, done) => done(null, payload))
    app.addHook('onRequest', async (_request, reply) => {
      reply
        .header('tus-resumable', TUS_VERSION)
        .header('tus-version', TUS_VERSION)
        .header('tus-extension', 'creation,expiration,termination')
        .header('tus-max-size', uploadMaxBytes)
    })
    /** §Core Protocol: a client that speaks another version must not be understood by half. */
    const assertTus = (version: string | string[] | undefined): void => {
      if (version !== TUS_VERSION) throw new Problem('upload-not-tus')
    }

    app.post(
      '/uploads',
      {
        config: { action: 'library.edit', unaudited: 'Nothing anybody sees; the clip that it becomes is on record' },
        schema: {
          tags,
          summary: 'Begin an upload in pieces (tus 1.0): Upload-Length, Upload-Metadata with areaId, filename, source',
          response: { 201: upload },
        },
      },
      async (request, reply) => {
        const { headers } = request
        assertTus(headers['tus-resumable'])
        const bytes = readByteCount(headers['upload-length'])
        const metadata = uploadMetadata.safeParse(readMetadata(headers['upload-metadata']))
        if (bytes === undefined || !metadata.success) throw new Problem('upload-not-tus')
        const { areaId, filename: name, source } = metadata.data
        const begun = await uploads.create(request.actor, { areaId, name, source, bytes })
        reply.header('location', `/api/uploads/${begun.upload.id}`)
        return sayHowFar(reply, begun).code(201).send(describe(begun))
      },
    )

    app.get(
      '/uploads',
      {
        config: own,
        schema: { tags, summary: 'The caller’s own uploads that can go on', response: { 200: z.array(upload) } },
      },
      async (request) => (await uploads.list(request.actor)).map(describe),
    )

    app.get(
      '/uploads/:id',
      {
        config: own,
        schema: { tags, summary: 'How far an upload has come', params: idParams, response: { 200: upload } },
      },
      async (request, reply) => {
        const found = await uploads.get(request.actor, request.params.id)
        return sayHowFar(reply, found).send(describe(found))
      },
    )

    app.patch(
      '/uploads/:id',
      {
        config: { ...own, bodyDeadlineMs, unaudited: 'A piece of a file; the clip that it becomes is on record' },
        schema: {
          tags,
          summary:
            'The next piece, as application/offset+octet-stream, at Upload-Offset; with the last one it is a clip',
          consumes: [PIECE_TYPE],
          params: idParams,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        assertTus(request.headers['tus-resumable'])
        const offset = readByteCount(request.headers['upload-offset'])
        const { body } = request
        if (offset === undefined || !(body instanceof Readable)) throw new Problem('upload-not-tus')
        const taken = await uploads.append(request.actor, request.params.id, offset, body)
        return sayHowFar(reply, taken).code(204).send(null)
      },
    )

    app.delete(
      '/uploads/:id',
      {
        config: { ...own, unaudited: 'Nobody but its owner has seen it' },
        schema: { tags, summary: 'Give an upload up', params: idParams, response: { 204: z.null() } },
      },
      async (request, reply) => {
        assertTus(request.headers['tus-resumable'])
        await uploads.remove(request.actor, request.params.id)
        return reply.code(204).send(null)
      },
    )
  }

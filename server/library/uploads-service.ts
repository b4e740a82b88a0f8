import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { Audit, AuditBy } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { readAreaPath } from './area-path.ts'
import type { ClipProcessing } from './clip-processing.ts'
import { insertClip } from './clips-store.ts'
import type { UploadFiles } from './uploads-files.ts'
import { judgePiece, MAX_OPEN_UPLOADS, UPLOAD_KEPT_MS } from './uploads-rules.ts'
import {
  claimFinished,
  deleteExpired,
  deleteOpenUpload,
  findUpload,
  findUserName,
  insertUpload,
  listOpenUploads,
  listUnfinished,
  postponeExpiry,
  type UploadRow,
} from './uploads-store.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly audit: Audit
  readonly files: UploadFiles
  readonly processing: Pick<ClipProcessing, 'enqueue'>
  readonly uploadMaxBytes: number
}

/** An upload with how much of it is safely on the disk. */
export interface UploadView {
  readonly upload: UploadRow
  readonly receivedBytes: number
}

export type UploadsService = ReturnType<typeof createUploadsService>

/**
 * Files that come in pieces and go on where they were after a refresh, a lost connection or a restart of the server. An
 * upload becomes the clip of the same id as soon as its last byte is on the disk. It exists for nobody but who began it.
 */
export function createUploadsService(deps: Deps) {
  const { db, clock, files } = deps
  /** What a piece of each upload is being written from: one at a time. */
  const writing = new Map<string, { readonly body: Readable; readonly done: Promise<unknown> }>()

  async function loadOwn(actor: Actor, id: string): Promise<UploadRow> {
    const upload = await findUpload(db.prisma, id)
    if (upload === null || upload.createdById !== actor.accountId) throw new Problem('not-found')
    return upload
  }

  /** Whoever asks anew has lost the connection on which the piece before still waits for bytes. */
  async function endWriting(id: string): Promise<void> {
    for (let current = writing.get(id); current !== undefined; current = writing.get(id)) {
      current.body.destroy(new Problem('upload-offset-wrong'))
      await current.done
    }
  }

  async function view(upload: UploadRow): Promise<UploadView> {
    if (upload.clipId !== null) return { upload, receivedBytes: upload.bytes }
    const receivedBytes = await files.measure(upload.id)
    if (receivedBytes === undefined) throw new Problem('not-found')
    return { upload, receivedBytes }
  }

  async function finish(
    by: AuditBy,
    { id, areaId, area, createdById, fileName, source, bytes }: UploadRow,
  ): Promise<void> {
    const isNew = await deps.audit.act(by, async (tx, note) => {
      if (!(await claimFinished(tx, id))) {
        note.unchanged()
        return false
      }
      await insertClip(tx, {
        id,
        areaId,
        source,
        originalName: fileName,
        sourceBytes: bytes,
        createdById,
        at: toDate(clock.now()),
      })
      const after = { name: fileName, bytes, source }
      note({ action: 'clip.uploaded', areaPath: area.path, subject: { type: 'clip', id }, after })
      return true
    })
    if (!isNew) return
    deps.processing.enqueue(id)
    deps.events.publish({ kind: 'clips', areaPath: area.path, id })
  }

  async function append(actor: Actor, upload: UploadRow, offset: number, body: Readable): Promise<UploadView> {
    const { id, bytes: totalBytes } = upload
    const { receivedBytes } = await view(upload)
    const facts = { ...upload, expiresAt: toInstant(upload.expiresAt) }
    const refusal = judgePiece(facts, offset, receivedBytes, clock.now())
    // Sent once more, because the answer to the last piece was lost.
    if (refusal === 'upload-done' && offset === totalBytes) return view(upload)
    if (refusal !== undefined) throw new Problem(refusal)
    await postponeExpiry(db.prisma, id, toDate(addMs(clock.now(), UPLOAD_KEPT_MS)))
    const appended = await files.append(id, { offset, totalBytes, body })
    if (!appended.ok) {
      switch (appended.refusal) {
        case 'gone':
          throw new Problem('not-found')
        case 'wrong-offset':
          throw new Problem('upload-offset-wrong')
        case 'too-large':
          throw new Problem('upload-longer-than-said')
        case 'disk-full':
          throw new Problem('disk-full')
      }
    }
    if (appended.receivedBytes === totalBytes) await finish(actor, upload)
    const fresh = await findUpload(db.prisma, id)
    if (fresh === null) throw new Problem('not-found')
    return { upload: fresh, receivedBytes: appended.receivedBytes }
  }

  return {
    async create(
      actor: Actor,
      input: { areaId: string; name: string; source: 'upload' | 'recording'; bytes: number },
    ): Promise<UploadView> {
      const areaPath = await readAreaPath(db.prisma, input.areaId)
      assertMay(actor, 'library.edit', areaPath)
      if (input.bytes === 0) throw new Problem('upload-empty')
      const { uploadMaxBytes } = deps
      if (input.bytes > uploadMaxBytes) {
        throw new Problem('upload-too-large', { limitMb: Math.floor(uploadMaxBytes / 1_048_576) })
      }
      const [id, now] = [newId(clock.now()), clock.now()]
      // The file first: one that no row names is swept away at the next start.
      if (!(await files.create(id, input.bytes))) throw new Problem('disk-full')
      const { areaId, name: fileName, source, bytes } = input
      const times = { at: toDate(now), expiresAt: toDate(addMs(now, UPLOAD_KEPT_MS)) }
      const row = { id, areaId, createdById: actor.accountId, fileName, source, bytes, ...times }
      const isEntered = await db.prisma.$transaction((tx) => insertUpload(tx, row, MAX_OPEN_UPLOADS))
      if (!isEntered) {
        await files.remove(id)
        throw new Problem('too-many-uploads', { limit: MAX_OPEN_UPLOADS })
      }
      return view(await loadOwn(actor, id))
    },

    async get(actor: Actor, id: string): Promise<UploadView> {
      const upload = await loadOwn(actor, id)
      if (upload.clipId === null && toInstant(upload.expiresAt) <= clock.now()) throw new Problem('upload-expired')
      await endWriting(id)
      return view(await loadOwn(actor, id))
    },

    /** The caller’s own that can still go on. */
    async list(actor: Actor): Promise<UploadView[]> {
      const all = await listOpenUploads(db.prisma, actor.accountId, toDate(clock.now()))
      return Promise.all(all.map(async (upload) => ({ upload, receivedBytes: (await files.measure(upload.id)) ?? 0 })))
    },

    /** Takes a piece, however far it comes; the rest may follow from there. */
    async append(actor: Actor, id: string, offset: number, body: Readable): Promise<UploadView> {
      const upload = await loadOwn(actor, id)
      // The right to bring sounds in may have been taken away meanwhile.
      assertMay(actor, 'library.edit', upload.area.path)
      // Between the last look and the entry nothing waits: two pieces at once come one after the other.
      while (writing.has(id)) await endWriting(id)
      const work = loadOwn(actor, id).then((fresh) => append(actor, fresh, offset, body))
      const done = work.then(
        () => undefined,
        () => undefined,
      )
      writing.set(id, { body, done })
      try {
        return await work
      } finally {
        writing.delete(id)
      }
    },

    async remove(actor: Actor, id: string): Promise<void> {
      await loadOwn(actor, id)
      await endWriting(id)
      if (!(await deleteOpenUpload(db.prisma, id))) throw new Problem('upload-done')
      await files.remove(id)
    },

    /** Makes clips of what had come whole when the server ended, before anybody goes on. */
    async resume(): Promise<void> {
      for (const upload of await listUnfinished(db.prisma)) {
        if ((await files.measure(upload.id)) !== upload.bytes) continue
        deps.log.info({ uploadId: upload.id }, 'an upload was whole when the server ended')
        const userName = await findUserName(db.prisma, upload.createdById)
        await finish({ accountId: upload.createdById, userName }, upload)
      }
    },

    /** Gives up what nobody goes on with. */
    async sweep(): Promise<void> {
      for (const id of await deleteExpired(db.prisma, toDate(clock.now()))) {
        deps.log.info({ uploadId: id }, 'an upload was given up: nobody went on with it')
        await files.remove(id)
      }
    },
  }
}

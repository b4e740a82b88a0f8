import type { Readable } from 'node:stream'
import { newId } from '#protocol/ids.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import type { SpeechEngine } from '#server/audio/speech.ts'
import { isSpeakable } from '#server/audio/speech-text.ts'
import type { Audit, AuditNote } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { assertMayDo, readAreaPath } from './area-path.ts'
import type { ClipFiles } from './clip-files.ts'
import type { ClipProcessing } from './clip-processing.ts'
import { type ClipRow, findClip, insertClip, listClips, type NewClip } from './clips-store.ts'
import { judgeCut } from './trim-rules.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly files: ClipFiles
  readonly processing: ClipProcessing
  readonly speech: SpeechEngine
  readonly uploadMaxBytes: number
  readonly audit: Audit
}

/** Of a clip: what is shorter cannot be levelled. */
const { minDurationMs } = defaultClipLimits

/** A person sends a file after the other; who sends more at once keeps the disk and the line from the others. */
const maxUploadsPerAccount = 4

type ClipContent = Omit<NewClip, 'id' | 'createdById' | 'at'>

/** What the trail keeps of a new clip. */
function tellOfClip(clip: ClipContent): Pick<AuditNote, 'action' | 'after'> {
  const { source, originalName: name } = clip
  if (source === 'speech') {
    return { action: 'clip.spoken', after: { name, voice: clip.speechVoice, text: clip.speechText } }
  }
  if (source === 'trim') {
    const { trimmedFromId, trimStartMs, trimEndMs } = clip
    return { action: 'clip.trimmed', after: { name, trimmedFromId, trimStartMs, trimEndMs } }
  }
  return { action: 'clip.uploaded', after: { name, bytes: clip.sourceBytes, source } }
}

export type ClipsService = ReturnType<typeof createClipsService>

export function createClipsService(deps: Deps) {
  const { db, clock, files } = deps
  /** How many uploads of each account are under way. */
  const uploading = new Map<string, number>()

  async function countUpload<T>({ accountId }: Actor, work: () => Promise<T>): Promise<T> {
    const others = uploading.get(accountId) ?? 0
    if (others >= maxUploadsPerAccount) throw new Problem('too-many-uploads', { limit: maxUploadsPerAccount })
    uploading.set(accountId, others + 1)
    try {
      return await work()
    } finally {
      const left = (uploading.get(accountId) ?? 1) - 1
      if (left > 0) uploading.set(accountId, left)
      else uploading.delete(accountId)
    }
  }

  async function get(actor: Actor, id: string): Promise<ClipRow> {
    await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'clip', id })
    const clip = await findClip(db.prisma, id)
    if (clip === null) throw new Problem('not-found')
    return clip
  }

  async function add(actor: Actor, areaPath: readonly string[], id: string, clip: ClipContent): Promise<ClipRow> {
    await deps.audit.act(actor, async (tx, note) => {
      await insertClip(tx, { ...clip, id, createdById: actor.accountId, at: toDate(clock.now()) })
      note({ ...tellOfClip(clip), areaPath, subject: { type: 'clip', id } })
    })
    const row = await get(actor, id)
    deps.processing.enqueue(id)
    deps.events.publish({ kind: 'clips', areaPath: row.area.path, id })
    return row
  }

  return {
    get,

    list: (actor: Actor, wish: Omit<Parameters<typeof listClips>[1], 'roots'>): Promise<ClipRow[]> =>
      listClips(db.prisma, { ...wish, roots: areasFor(actor, 'library.read') }),

    /** Streams an upload to disk; answers once it would survive a power cut. `declaredBytes` is Content-Length. */
    async upload(
      actor: Actor,
      input: { areaId: string; name: string; body: Readable; declaredBytes: number | undefined },
    ): Promise<ClipRow> {
      const areaPath = await readAreaPath(db.prisma, input.areaId)
      assertMay(actor, 'library.edit', areaPath)
      const tooLarge = new Problem('upload-too-large', { limitMb: Math.floor(deps.uploadMaxBytes / 1_048_576) })
      if ((input.declaredBytes ?? 0) > deps.uploadMaxBytes) throw tooLarge
      const id = newId(clock.now())
      const limits = { maxBytes: deps.uploadMaxBytes, declaredBytes: input.declaredBytes }
      const received = await countUpload(actor, () => files.receive(id, input.body, limits))
      if (!received.ok) {
        if (received.refusal === 'too-large') throw tooLarge
        throw new Problem(received.refusal === 'empty' ? 'upload-empty' : 'disk-full')
      }
      const { areaId, name: originalName } = input
      return add(actor, areaPath, id, {
        areaId,
        source: 'upload',
        originalName,
        sourceBytes: received.bytes,
      })
    },

    async speak(actor: Actor, input: { areaId: string; name: string; text: string; voice: string }): Promise<ClipRow> {
      const areaPath = await readAreaPath(db.prisma, input.areaId)
      assertMay(actor, 'library.edit', areaPath)
      if (!deps.speech.voices().some((voice) => voice.id === input.voice)) throw new Problem('voice-unknown')
      if (!isSpeakable(input.text)) throw new Problem('text-not-speakable')
      const { areaId, name: originalName, text: speechText, voice: speechVoice } = input
      return add(actor, areaPath, newId(clock.now()), {
        areaId,
        source: 'speech',
        originalName,
        speechText,
        speechVoice,
      })
    },

    /** A new clip of [startMs, endMs) of this one, levelled like any other; what it is cut from stays as it is. */
    async trim(actor: Actor, id: string, { startMs, endMs }: { startMs: number; endMs: number }): Promise<ClipRow> {
      await assertMayDo(db.prisma, actor, { action: 'library.edit', thing: 'clip', id })
      const whole = await get(actor, id)
      if (whole.state !== 'ready' || whole.durationMs === null) throw new Problem('clip-not-ready')
      const cut = judgeCut(whole.durationMs, { startMs, endMs }, minDurationMs)
      if (!cut.ok) throw new Problem(cut.refusal, { seconds: minDurationMs / 1000 })
      return add(actor, whole.area.path, newId(clock.now()), {
        areaId: whole.areaId,
        source: 'trim',
        originalName: whole.originalName,
        trimmedFromId: id,
        trimStartMs: startMs,
        trimEndMs: cut.endMs,
      })
    },

    voices: () => deps.speech.voices(),
  }
}

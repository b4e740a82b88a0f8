import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import type { Ffmpeg } from '#server/audio/ffmpeg.ts'
import { finaliseClip, normaliseClip } from '#server/audio/normalise.ts'
import { computePeaks } from '#server/audio/peaks.ts'
import type { ClipLimits } from '#server/audio/probe.ts'
import type { SpeechEngine } from '#server/audio/speech.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvent, ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { ClipFiles } from './clip-files.ts'
import { beginProcessing, type ClipRow, finishClip, listUnprocessed, rejectClip } from './clips-store.ts'
import { listUnfinished } from './uploads-store.ts'

/** Turns uploads and texts into clips, one after the other: the machine also runs the broadcasts. */
export interface ClipProcessing {
  enqueue(clipId: string): void
  /** Takes up what a crash interrupted, and removes what an aborted upload left. */
  resume(): Promise<void>
  /** Resolves when the queue is empty. */
  drained(): Promise<void>
  /** Ends the work in hand; it is taken up again at the next start. */
  close(): Promise<void>
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly files: ClipFiles
  readonly ffmpeg: Ffmpeg
  readonly limits: ClipLimits
  readonly speech: SpeechEngine
}

/** A file that kills the server each time it is touched must not keep it down: after this many attempts it is given up. */
const maxAttempts = 3

export function createClipProcessing(deps: Deps): ClipProcessing {
  const { db, clock, log, events, files } = deps
  const stop = new AbortController()
  let tail: Promise<void> = Promise.resolve()

  const tell = (
    clip: ClipRow,
    stage: Extract<ConsoleEvent, { kind: 'clip-progress' }>['stage'],
    fraction: number,
  ): void => events.publish({ kind: 'clip-progress', areaPath: clip.area.path, id: clip.id, stage, fraction })

  async function refuse(clip: ClipRow, code: string, detail: string): Promise<void> {
    log.info({ clipId: clip.id, code, detail }, 'a clip was rejected')
    await rejectClip(db.prisma, clip.id, code, toDate(clock.now()))
    await files.discard(clip.id)
    events.publish({ kind: 'clips', areaPath: clip.area.path, id: clip.id })
  }

  async function process(id: string): Promise<void> {
    const clip = await beginProcessing(db.prisma, id, toDate(clock.now()))
    if (clip === null) return
    const { path: areaPath } = clip.area
    if (clip.attempts > maxAttempts) {
      log.error({ clipId: id, attempts: clip.attempts }, 'a clip failed too often')
      await refuse(clip, 'processing-failed', 'given up after repeated failures')
      return
    }
    events.publish({ kind: 'clips', areaPath, id })
    if (clip.source === 'speech') {
      tell(clip, 'speaking', 0)
      const spoken = await deps.speech.synthesise({
        text: clip.speechText ?? '',
        voiceId: clip.speechVoice ?? '',
        outputPath: files.incomingPath(id),
        signal: stop.signal,
      })
      if (!spoken.ok) return refuse(clip, spoken.code, spoken.detail)
    }
    tell(clip, 'probing', 0)
    const outputPath = files.workPath(id)
    let told = 0
    const result = await normaliseClip(deps.ffmpeg, {
      sourcePath: clip.source === 'trim' ? files.clipPath(clip.trimmedFrom?.sha256 ?? '') : files.incomingPath(id),
      cut: clip.source === 'trim' ? { startMs: clip.trimStartMs ?? 0, endMs: clip.trimEndMs ?? 0 } : undefined,
      outputPath,
      limits: deps.limits,
      signal: stop.signal,
      onProgress: (fraction) => {
        if (fraction - told < 0.02 && fraction < 1) return
        told = fraction
        tell(clip, 'normalising', fraction)
      },
    })
    if (result.ok) {
      const peaks = await computePeaks(deps.ffmpeg, {
        path: outputPath,
        sampleCount: result.clip.sampleCount,
        signal: stop.signal,
      })
      const finalPath = files.clipPath(result.clip.sha256)
      await mkdir(path.dirname(finalPath), { recursive: true, mode: 0o700 })
      await finaliseClip({ outputPath, finalPath })
      const { sha256, bytes, durationMs, loudnessLufs, peakDbfs } = result.clip
      // The file is in its place before the row says so: a clip that is ready is there.
      await finishClip(
        db.prisma,
        id,
        { sha256, bytes, durationMs, loudnessLufs, peakDbfs, peaks: new Uint8Array(peaks) },
        toDate(clock.now()),
      )
    } else {
      const isSoundless = clip.source === 'speech' && (result.code === 'silent' || result.code === 'too-short')
      return refuse(clip, isSoundless ? 'text-empty' : result.code, result.detail)
    }
    await files.discard(id)
    events.publish({ kind: 'clips', areaPath, id })
  }

  async function attempt(id: string): Promise<void> {
    if (stop.signal.aborted) return
    try {
      await process(id)
    } catch (cause) {
      if (stop.signal.aborted) return
      log.error({ err: cause, clipId: id }, 'processing a clip failed')
      // Our failure, not the file's: once more, until the attempts are used up.
      enqueue(id)
    }
  }

  function enqueue(id: string): void {
    tail = tail.then(() => attempt(id))
  }

  return {
    enqueue,
    async resume() {
      const waiting = await listUnprocessed(db.prisma)
      const coming = await listUnfinished(db.prisma)
      const removed = await files.sweepIncoming(new Set([...waiting, ...coming].map(({ id }) => id)))
      if (removed > 0) log.info({ removed }, 'unfinished uploads were removed')
      for (const clip of waiting) enqueue(clip.id)
    },
    async drained() {
      let seen: Promise<void> | undefined
      while (seen !== tail) {
        seen = tail
        await seen
      }
    },
    async close() {
      stop.abort()
      await tail
    },
  }
}

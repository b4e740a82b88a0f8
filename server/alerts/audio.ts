import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { limits } from '#protocol/limits.ts'
import type { Ffmpeg } from '#server/audio/ffmpeg.ts'
import { normaliseClip } from '#server/audio/normalise.ts'
import type { ClipLimits } from '#server/audio/probe.ts'
import type { SpeechEngine } from '#server/audio/speech.ts'

/** Ogg Opus, normalised for horns. */
export interface AlertAudio {
  readonly bytes: Uint8Array
  readonly durationMs: number
}

export type RenderedSpeech =
  | { readonly ok: true; readonly audio: AlertAudio }
  | { readonly ok: false; readonly code: 'voice-unknown' | 'speech-failed' | 'too-long' }

/** Reads a text aloud at once: it takes the same road as every clip, but waits in no queue. */
export function createSpeechRenderer(deps: {
  readonly speech: SpeechEngine
  readonly ffmpeg: Ffmpeg
  readonly limits: ClipLimits
  /** For files that live as long as one call. */
  readonly workDir: string
  readonly log: Logger
}): (text: string, voice: string) => Promise<RenderedSpeech> {
  const { log } = deps
  return async (text, voice) => {
    await mkdir(deps.workDir, { recursive: true, mode: 0o700 })
    const spoken = path.join(deps.workDir, `alert-${randomUUID()}`)
    const clip = `${spoken}-clip`
    try {
      const made = await deps.speech.synthesise({ text, voiceId: voice, outputPath: spoken })
      if (!made.ok) {
        log.warn({ code: made.code, detail: made.detail }, 'an alert could not be read aloud')
        return { ok: false, code: made.code === 'unknown-voice' ? 'voice-unknown' : 'speech-failed' }
      }
      const result = await normaliseClip(deps.ffmpeg, { sourcePath: spoken, outputPath: clip, limits: deps.limits })
      if (!result.ok) {
        log.warn({ code: result.code, detail: result.detail }, 'the speech of an alert could not be made ready')
        return { ok: false, code: 'speech-failed' }
      }
      if (result.clip.bytes > limits.maxAlertAudioBytes) return { ok: false, code: 'too-long' }
      return { ok: true, audio: { bytes: await readFile(clip), durationMs: result.clip.durationMs } }
    } finally {
      await rm(spoken, { force: true })
      await rm(clip, { force: true })
    }
  }
}

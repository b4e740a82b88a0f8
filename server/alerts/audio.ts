import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { limits } from '#protocol/limits.ts'
import type { Ffmpeg } from '#server/audio/ffmpeg.ts'
import { normaliseClip } from '#server/audio/normalise.ts'
import type { ClipLimits, ClipRejectionCode } from '#server/audio/probe.ts'
import type { SpeechEngine, SpeechRefusal } from '#server/audio/speech.ts'

/** Ogg Opus, normalised for horns. */
export interface AlertAudio {
  readonly bytes: Uint8Array
  readonly durationMs: number
}

export type RenderedSpeech =
  | { readonly ok: true; readonly audio: AlertAudio }
  | { readonly ok: false; readonly code: 'voice-unknown' | 'speech-failed' | 'too-long' | 'nothing-to-say' }

/** What is wrong with the text rather than with the server. */
const speechCodes = {
  'text-empty': 'nothing-to-say',
  'text-too-long': 'too-long',
  'unknown-voice': 'voice-unknown',
  'speech-failed': 'speech-failed',
} as const satisfies Record<SpeechRefusal['code'], string>
const clipCodes: Partial<Record<ClipRejectionCode, 'nothing-to-say' | 'too-long'>> = {
  silent: 'nothing-to-say',
  'too-short': 'nothing-to-say',
  'too-long': 'too-long',
}

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
        return { ok: false, code: speechCodes[made.code] }
      }
      const result = await normaliseClip(deps.ffmpeg, { sourcePath: spoken, outputPath: clip, limits: deps.limits })
      if (!result.ok) {
        log.warn({ code: result.code, detail: result.detail }, 'the speech of an alert could not be made ready')
        return { ok: false, code: clipCodes[result.code] ?? 'speech-failed' }
      }
      if (result.clip.bytes > limits.maxAlertAudioBytes) return { ok: false, code: 'too-long' }
      return { ok: true, audio: { bytes: await readFile(clip), durationMs: result.clip.durationMs } }
    } finally {
      await rm(spoken, { force: true })
      await rm(clip, { force: true })
    }
  }
}

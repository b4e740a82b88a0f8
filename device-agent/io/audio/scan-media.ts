import { scanOggOpus } from '#agent/core/ogg-opus.ts'
import type { DecoderPool } from './decoder-pool.ts'
import type { MediaResult } from './media.ts'
import { makeOpusMedia } from './opus-media.ts'
import { readWav } from './wav-media.ts'

/**
 * Recognises and checks a clip by its content: Ogg/Opus, or WAV (16-bit mono 48 kHz). Yields between steps of bounded
 * work, because the thread that calls it also feeds the sound device.
 */
export function* scanMedia(bytes: Uint8Array, decoders: DecoderPool): Generator<undefined, MediaResult> {
  if (bytes[0] === 0x52 && bytes[1] === 0x49 && bytes[2] === 0x46 && bytes[3] === 0x46) return readWav(bytes)
  const result = yield* scanOggOpus(bytes)
  if (!result.ok) return { ok: false, detail: `${result.kind} at byte ${result.offset}: ${result.detail}` }
  return { ok: true, media: makeOpusMedia(result.file, decoders) }
}

import type { Media, MediaResult, SampleSource } from './media.ts'
import { SAMPLE_RATE } from './voice.ts'

/** Only what the project itself makes (16-bit mono PCM at 48 kHz) is taken; clips are Ogg/Opus. */
export function readWav(bytes: Uint8Array): MediaResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let isFormatRight = false
  let at = 12
  while (at + 8 <= bytes.length) {
    const chunk = view.getUint32(at)
    const length = view.getUint32(at + 4, true)
    const body = at + 8
    if (chunk === 0x666d7420 && body + 16 <= bytes.length) {
      isFormatRight =
        view.getUint16(body, true) === 1 &&
        view.getUint16(body + 2, true) === 1 &&
        view.getUint32(body + 4, true) === SAMPLE_RATE &&
        view.getUint16(body + 14, true) === 16
    } else if (chunk === 0x64617461) {
      if (!isFormatRight) return { ok: false, detail: 'a WAV file that is not 16-bit mono PCM at 48 kHz' }
      const totalFrames = Math.floor(Math.min(length, bytes.length - body) / 2)
      if (totalFrames === 0) return { ok: false, detail: 'a WAV file without samples' }
      return { ok: true, media: makePcmMedia(view, body, totalFrames) }
    }
    at = body + length + (length % 2)
  }
  return { ok: false, detail: 'a WAV file without data' }
}

function makePcmMedia(view: DataView, body: number, totalFrames: number): Media {
  return {
    totalFrames,
    openAt: (frame): SampleSource => {
      let position = frame
      return {
        read: (out, offset, frames) => {
          const count = Math.min(frames, totalFrames - position)
          for (let index = 0; index < count; index += 1) {
            out[offset + index] = view.getInt16(body + (position + index) * 2, true) / 32_768
          }
          position += count
          return count
        },
        close: () => {},
      }
    },
  }
}

/** Wraps mono samples (±1, 48 kHz) as a WAV file that {@link readWav} takes. */
export function makeWav(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2)
  writeWavHeader(new DataView(bytes.buffer), samples.length * 2)
  const view = new DataView(bytes.buffer, 44)
  samples.forEach((sample, index) => {
    view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767))), true)
  })
  return bytes
}

export const WAV_HEADER_BYTES = 44

/** The canonical 44-byte header: PCM, 16 bits, mono, 48 kHz. */
export function writeWavHeader(view: DataView, dataBytes: number): void {
  view.setUint32(0, 0x52494646)
  view.setUint32(4, 36 + dataBytes, true)
  view.setUint32(8, 0x57415645)
  view.setUint32(12, 0x666d7420)
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLE_RATE, true)
  view.setUint32(28, SAMPLE_RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  view.setUint32(36, 0x64617461)
  view.setUint32(40, dataBytes, true)
}

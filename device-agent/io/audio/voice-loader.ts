import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { DecoderPool } from './decoder-pool.ts'
import type { MediaResult } from './media.ts'
import type { LoadedSegment, LoadedVoice } from './mixer-voice.ts'
import { scanMedia } from './scan-media.ts'
import type { Voice, VoiceSegment } from './voice.ts'

/** Reads and checks a voice's clips, a little at a time. What is wrong with a clip stands in its segment. */
export async function loadVoice(voice: Voice, decoders: DecoderPool): Promise<LoadedVoice> {
  const segments: LoadedSegment[] = []
  for (const segment of voice.segments) {
    const { segmentId, gainDb, gapAfterMs, fromSample = 0 } = segment
    segments.push({ segmentId, gainDb, gapAfterMs, fromSample, clip: await readClip(segment, decoders) })
  }
  return { ...voice, segments }
}

async function readClip({ media }: VoiceSegment, decoders: DecoderPool): Promise<MediaResult> {
  let bytes: Uint8Array
  try {
    bytes = 'path' in media ? await readFile(media.path) : media.bytes
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
  const scan = scanMedia(bytes, decoders)
  for (;;) {
    const step = scan.next()
    if (step.done === true) return step.value
    // Lets the sound device be fed between two steps.
    await setImmediate()
  }
}

/** Opus always runs on a 48 kHz clock, whatever was recorded (RFC 6716 §2.1.4; RFC 7845 §4). */
export const OPUS_SAMPLE_RATE = 48_000

/** The longest packet that the format allows: 120 ms (RFC 6716 §3.2.5). */
export const MAX_PACKET_SAMPLES = 5_760

const MAX_FRAME_BYTES = 1_275 // RFC 6716 §3.4 [R2]
const SILK_FRAME_SAMPLES = [480, 960, 1_920, 2_880] as const
const HYBRID_FRAME_SAMPLES = [480, 960] as const
const CELT_FRAME_SAMPLES = [120, 240, 480, 960] as const

/** Samples in one frame, from the table of contents byte (RFC 6716 §3.1, table 2). */
function frameSamples(toc: number): number {
  const config = toc >> 3
  if (config < 12) return SILK_FRAME_SAMPLES[config & 3] ?? 0
  if (config < 16) return HYBRID_FRAME_SAMPLES[config & 1] ?? 0
  return CELT_FRAME_SAMPLES[config & 3] ?? 0
}

/** A frame length of one or two bytes (RFC 6716 §3.2.1); undefined past the packet's end. */
function readFrameLength(bytes: Uint8Array, at: number, end: number): { length: number; next: number } | undefined {
  const first = at < end ? bytes[at] : undefined
  if (first === undefined) return undefined
  if (first < 252) return { length: first, next: at + 1 }
  const second = at + 1 < end ? bytes[at + 1] : undefined
  return second === undefined ? undefined : { length: second * 4 + first, next: at + 2 }
}

/**
 * The duration of one Opus packet in samples at 48 kHz, or undefined when the packet breaks a rule of RFC 6716 §3.4
 * (R1–R7). Checking here means that the decoder never sees a packet that it would refuse.
 */
export function measureOpusPacket(bytes: Uint8Array, from = 0, end = bytes.length): number | undefined {
  const toc = from < end ? bytes[from] : undefined
  if (toc === undefined) return undefined
  const samples = frameSamples(toc)
  const payload = end - from - 1
  switch (toc & 3) {
    case 0:
      return payload <= MAX_FRAME_BYTES ? samples : undefined
    case 1:
      return payload % 2 === 0 && payload / 2 <= MAX_FRAME_BYTES ? samples * 2 : undefined
    case 2: {
      const first = readFrameLength(bytes, from + 1, end)
      if (first === undefined || first.length > MAX_FRAME_BYTES || first.next + first.length > end) return undefined
      return end - first.next - first.length <= MAX_FRAME_BYTES ? samples * 2 : undefined
    }
    default:
      return measureManyFrames(bytes, from + 1, end, samples)
  }
}

/** Code 3: a frame count byte, optional padding, frames of equal or of stated lengths (RFC 6716 §3.2.5). */
function measureManyFrames(bytes: Uint8Array, from: number, end: number, samples: number): number | undefined {
  const header = from < end ? bytes[from] : undefined
  if (header === undefined) return undefined
  const count = header & 0x3f
  if (count === 0 || count * samples > MAX_PACKET_SAMPLES) return undefined
  let at = from + 1
  let padding = 0
  if ((header & 0x40) !== 0) {
    let step = 255
    while (step === 255) {
      const next = at < end ? bytes[at] : undefined
      if (next === undefined) return undefined
      step = next
      padding += step === 255 ? 254 : step
      at += 1
    }
  }
  let rest = end - at - padding
  if (rest < 0) return undefined
  if ((header & 0x80) === 0) {
    return rest % count === 0 && rest / count <= MAX_FRAME_BYTES ? count * samples : undefined
  }
  for (let frame = 0; frame < count - 1; frame += 1) {
    const length = readFrameLength(bytes, at, end)
    if (length === undefined || length.length > MAX_FRAME_BYTES) return undefined
    rest -= length.next - at + length.length
    if (rest < 0) return undefined
    at = length.next
  }
  return rest <= MAX_FRAME_BYTES ? count * samples : undefined
}

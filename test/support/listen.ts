/** What was heard: one array of samples (±1) per horn, and when their first sample sounded. */
export type Recording = {
  readonly channels: readonly Float32Array[]
  readonly sampleRate: number
  /** Wall clock, ms since 1970; see startRecorder for how exact that is. */
  readonly zeroAtMs: number
}

/** A stretch of sound between two silences. */
export type Heard = {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly durationMs: number
  /** The same, within the recording. */
  readonly fromFrame: number
  readonly toFrame: number
  /** Root mean square, 0 dB being a full-scale square wave (a full-scale sine reads −3.0). */
  readonly rmsDb: number
}

export type ListenOptions = {
  /** Below this a sample counts as silence. */
  readonly thresholdDb?: number
  /** Silences shorter than this do not end a stretch. */
  readonly minGapMs?: number
  /** Shorter sounds are left out. */
  readonly minSoundMs?: number
}

/** The stretches of sound on one channel, in order. Onset and end are exact to the sample above the threshold. */
export function findSounds(recording: Recording, channel: number, options: ListenOptions = {}): Heard[] {
  const { thresholdDb = -50, minGapMs = 20, minSoundMs = 5 } = options
  const samples = getChannel(recording, channel)
  const framesPerMs = recording.sampleRate / 1_000
  const threshold = 10 ** (thresholdDb / 20)
  const stretches: { from: number; to: number }[] = []
  for (let frame = 0; frame < samples.length; frame += 1) {
    if (Math.abs(samples[frame] ?? 0) < threshold) continue
    const last = stretches.at(-1)
    if (last !== undefined && frame - last.to <= minGapMs * framesPerMs) last.to = frame + 1
    else stretches.push({ from: frame, to: frame + 1 })
  }
  return stretches
    .filter(({ from, to }) => to - from >= minSoundMs * framesPerMs)
    .map(({ from, to }) => ({
      startedAtMs: toEpochMs(recording, from),
      endedAtMs: toEpochMs(recording, to),
      durationMs: (to - from) / framesPerMs,
      fromFrame: from,
      toFrame: to,
      rmsDb: measureRmsDb(samples, from, to),
    }))
}

/** When a frame of the recording sounded. */
export function toEpochMs(recording: Recording, frame: number): number {
  return recording.zeroAtMs + (frame / recording.sampleRate) * 1_000
}

export function measureRmsDb(samples: Float32Array, from = 0, to = samples.length): number {
  let sum = 0
  for (let frame = from; frame < to; frame += 1) sum += (samples[frame] ?? 0) ** 2
  return 10 * Math.log10(sum / Math.max(1, to - from))
}

/**
 * The level of one tone (Goertzel), 0 dB being a full-scale sine; a Hann window keeps neighbouring tones apart.
 * `from` and `to` are frames; 50 ms or more tell tones 100 Hz apart.
 */
export function measureToneDb(
  recording: Recording,
  channel: number,
  frequencyHz: number,
  from: number,
  to: number,
): number {
  const samples = getChannel(recording, channel)
  const count = Math.max(1, to - from)
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / recording.sampleRate)
  let previous = 0
  let beforePrevious = 0
  for (let index = 0; index < count; index += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / count)
    const next = (samples[from + index] ?? 0) * window + coefficient * previous - beforePrevious
    beforePrevious = previous
    previous = next
  }
  const power = previous ** 2 + beforePrevious ** 2 - coefficient * previous * beforePrevious
  // The window's mean is ½, and a sine's energy is split between ±f.
  return 10 * Math.log10(Math.max(power, 1e-20)) - 20 * Math.log10(count / 4)
}

/** Which of the tones is the loudest from `from` to `to`; undefined when none stands out by 10 dB over the others. */
export function identifyTone(
  recording: Recording,
  channel: number,
  candidatesHz: readonly number[],
  from: number,
  to: number,
): number | undefined {
  const levels = candidatesHz
    .map((frequencyHz) => ({ frequencyHz, db: measureToneDb(recording, channel, frequencyHz, from, to) }))
    .sort((a, b) => b.db - a.db)
  const [first, second] = levels
  if (first === undefined || first.db < -60) return undefined
  return second === undefined || first.db - second.db >= 10 ? first.frequencyHz : undefined
}

/**
 * The order of known tones on one channel: splits the recording into windows and joins those with the same tone. Works
 * without silence between the tones; edges are exact to half a window.
 */
export function findTones(
  recording: Recording,
  channel: number,
  candidatesHz: readonly number[],
  windowMs = 20,
): { frequencyHz: number; startedAtMs: number; durationMs: number }[] {
  const samples = getChannel(recording, channel)
  const step = Math.round((windowMs * recording.sampleRate) / 1_000)
  const found: { frequencyHz: number; from: number; to: number }[] = []
  for (let from = 0; from + step <= samples.length; from += step) {
    const frequencyHz = identifyTone(recording, channel, candidatesHz, from, from + step)
    if (frequencyHz === undefined) continue
    const last = found.at(-1)
    // One odd window in between is a transition, not a gap.
    if (last?.frequencyHz === frequencyHz && from - last.to <= step) last.to = from + step
    else found.push({ frequencyHz, from, to: from + step })
  }
  return found.map(({ frequencyHz, from, to }) => ({
    frequencyHz,
    startedAtMs: toEpochMs(recording, from),
    durationMs: ((to - from) / recording.sampleRate) * 1_000,
  }))
}

function getChannel(recording: Recording, channel: number): Float32Array {
  const samples = recording.channels[channel]
  if (samples === undefined) throw new RangeError(`the recording has no channel ${channel}`)
  return samples
}

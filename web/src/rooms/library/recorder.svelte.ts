/** What keeps the microphone from being used, for the words. */
export type MicrophoneTrouble = 'insecure' | 'refused' | 'absent' | 'busy' | 'unsupported'

export interface Recorder {
  readonly state: 'idle' | 'asking' | 'recording' | 'paused' | 'done'
  readonly trouble: MicrophoneTrouble | undefined
  /** Without the pauses. */
  readonly lengthMs: number
  /** Of what the microphone hears now, 0 to 1. */
  readonly level: number
  /** When it is done. */
  readonly sound: Blob | undefined
  start(): Promise<void>
  pause(): void
  resume(): void
  stop(): void
  /** What was recorded is gone. */
  forget(): void
}

/** A piece of the recording is handed over so often: a page that fails has lost no more. */
const sliceMs = 1_000
const wantedTypes = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

function nameTrouble(error: unknown): MicrophoneTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'absent' : 'busy'
}

/** To be made while a component is being set up; the microphone is let go with it. */
export function useRecorder(): Recorder {
  let state = $state<Recorder['state']>('idle')
  let trouble = $state<MicrophoneTrouble | undefined>(undefined)
  let lengthMs = $state(0)
  let level = $state(0)
  let sound = $state.raw<Blob | undefined>(undefined)
  let release = (): void => {}
  let media: MediaRecorder | undefined

  async function start(): Promise<void> {
    trouble = undefined
    if (!isSecureContext || !('mediaDevices' in navigator)) {
      trouble = isSecureContext ? 'unsupported' : 'insecure'
      return
    }
    const mimeType =
      'MediaRecorder' in window ? wantedTypes.find((one) => MediaRecorder.isTypeSupported(one)) : undefined
    if (mimeType === undefined) {
      trouble = 'unsupported'
      return
    }
    state = 'asking'
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } })
      if (state !== 'asking') return stopAll(stream)
      listen(stream, mimeType)
    } catch (error) {
      trouble = nameTrouble(error)
      state = 'idle'
    }
  }

  function listen(stream: MediaStream, mimeType: string): void {
    const pieces: Blob[] = []
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 96_000 })
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let [recordedMs, since] = [0, performance.now()]
    const watch = (): void => {
      analyser.getFloatTimeDomainData(samples)
      const peak = samples.reduce((highest, one) => Math.max(highest, Math.abs(one)), 0)
      // As ears hear it: −48 dB is nothing, 0 dB all.
      level = peak === 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(peak)) / 48))
      if (state === 'recording') lengthMs = recordedMs + performance.now() - since
      frame = requestAnimationFrame(watch)
    }
    let frame = requestAnimationFrame(watch)
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    recorder.onpause = () => {
      recordedMs = lengthMs
      state = 'paused'
    }
    recorder.onresume = () => {
      since = performance.now()
      state = 'recording'
    }
    recorder.onstop = () => {
      release()
      if (state === 'idle') return
      sound = new Blob(pieces, { type: mimeType })
      state = 'done'
    }
    // Pulled out while recording: what there is is kept.
    for (const track of stream.getTracks()) track.onended = () => stop()
    release = () => {
      release = () => {}
      cancelAnimationFrame(frame)
      level = 0
      stopAll(stream)
      void context.close()
    }
    lengthMs = 0
    state = 'recording'
    media = recorder
    recorder.start(sliceMs)
  }

  const stopAll = (stream: MediaStream): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  function stop(): void {
    if (media && media.state !== 'inactive') media.stop()
  }
  function forget(): void {
    state = 'idle'
    sound = undefined
    lengthMs = 0
    stop()
  }
  $effect(() => () => forget())

  return {
    get state() {
      return state
    },
    get trouble() {
      return trouble
    },
    get lengthMs() {
      return lengthMs
    },
    get level() {
      return level
    },
    get sound() {
      return sound
    },
    start,
    pause: () => media?.pause(),
    resume: () => media?.resume(),
    stop,
    forget,
  }
}

import { OpusDecoder } from 'opus-decoder'
import { MAX_PACKET_SAMPLES } from '#agent/core/opus-packet.ts'

/** Decodes one Opus stream, packet after packet, to mono at 48 kHz. */
export interface PacketDecoder {
  /** Samples (±1), or undefined when the packet cannot be decoded. */
  decode(packet: Uint8Array): Float32Array | undefined
}

/**
 * Decoders that are ready to be taken without waiting: making one is asynchronous (WebAssembly), and the mixer must
 * never wait. A decoder keeps state from packet to packet, so each opened clip takes a fresh one and gives it back.
 */
export class DecoderPool {
  readonly #spare: OpusDecoder[] = []
  readonly #pending = new Set<Promise<void>>()
  readonly #wantedSpare: number
  readonly #onError: (error: unknown) => void
  #isClosed = false

  /** `onError` hears when a decoder cannot be made, which only lack of memory should cause. */
  constructor(wantedSpare: number, onError: (error: unknown) => void) {
    this.#wantedSpare = wantedSpare
    this.#onError = onError
  }

  /** Makes the spare decoders; resolves when all are ready. */
  async fill(): Promise<void> {
    this.#addMissing()
    await Promise.all(this.#pending)
  }

  /** A fresh decoder, or undefined when none is ready yet; more are on their way then. */
  take(): { decoder: PacketDecoder; release: () => void } | undefined {
    const decoder = this.#spare.pop()
    this.#addMissing()
    if (decoder === undefined) return undefined
    return { decoder: { decode: (packet) => decode(decoder, packet) }, release: () => this.#release(decoder) }
  }

  close(): void {
    this.#isClosed = true
    for (const decoder of this.#spare.splice(0)) decoder.free()
  }

  get #isFull(): boolean {
    return this.#isClosed || this.#spare.length + this.#pending.size >= this.#wantedSpare
  }

  #addMissing(): void {
    while (!this.#isFull) {
      const decoder = new OpusDecoder({ channels: 1 })
      this.#keepWhen(decoder.ready, decoder)
    }
  }

  #release(decoder: OpusDecoder): void {
    if (this.#isFull) decoder.free()
    else this.#keepWhen(decoder.reset(), decoder)
  }

  #keepWhen(isReady: Promise<void>, decoder: OpusDecoder): void {
    const kept = isReady.then(
      () => {
        this.#pending.delete(kept)
        if (this.#isClosed) decoder.free()
        else this.#spare.push(decoder)
      },
      (error: unknown) => {
        this.#pending.delete(kept)
        this.#onError(error)
      },
    )
    this.#pending.add(kept)
  }
}

function decode(decoder: OpusDecoder, packet: Uint8Array): Float32Array | undefined {
  const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet)
  if (errors.length > 0 || samplesDecoded > MAX_PACKET_SAMPLES) return undefined
  return channelData[0]
}

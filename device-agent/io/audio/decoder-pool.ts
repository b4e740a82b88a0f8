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
  readonly #wantedSpare: number
  readonly #onError: (error: unknown) => void
  #pendingCount = 0
  #isClosed = false

  /** `onError` hears when a decoder cannot be made, which only lack of memory should cause. */
  constructor(wantedSpare: number, onError: (error: unknown) => void) {
    this.#wantedSpare = wantedSpare
    this.#onError = onError
  }

  /** Makes the spare decoders; resolves when all are ready. */
  async fill(): Promise<void> {
    const wanted = this.#wantedSpare - this.#spare.length - this.#pendingCount
    await Promise.all(Array.from({ length: Math.max(0, wanted) }, () => this.#add(new OpusDecoder({ channels: 1 }))))
  }

  /** A fresh decoder, or undefined when none is ready yet; more are on their way then. */
  take(): { decoder: PacketDecoder; release: () => void } | undefined {
    const decoder = this.#spare.pop()
    if (this.#spare.length + this.#pendingCount < this.#wantedSpare) this.fill().catch(this.#onError)
    if (decoder === undefined) return undefined
    return { decoder: { decode: (packet) => decode(decoder, packet) }, release: () => this.#release(decoder) }
  }

  close(): void {
    this.#isClosed = true
    for (const decoder of this.#spare.splice(0)) decoder.free()
  }

  #release(decoder: OpusDecoder): void {
    if (this.#isClosed || this.#spare.length + this.#pendingCount >= this.#wantedSpare) {
      decoder.free()
      return
    }
    this.#pendingCount += 1
    decoder
      .reset()
      .then(() => this.#keep(decoder))
      .catch((error: unknown) => {
        this.#pendingCount -= 1
        this.#onError(error)
      })
  }

  async #add(decoder: OpusDecoder): Promise<void> {
    this.#pendingCount += 1
    try {
      await decoder.ready
    } catch (error) {
      this.#pendingCount -= 1
      throw error
    }
    this.#keep(decoder)
  }

  #keep(decoder: OpusDecoder): void {
    this.#pendingCount -= 1
    if (this.#isClosed) decoder.free()
    else this.#spare.push(decoder)
  }
}

function decode(decoder: OpusDecoder, packet: Uint8Array): Float32Array | undefined {
  const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet)
  if (errors.length > 0 || samplesDecoded > MAX_PACKET_SAMPLES) return undefined
  return channelData[0]
}

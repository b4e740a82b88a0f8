import { getPacket, type OggOpusFile, seekSample } from '#agent/core/ogg-opus.ts'
import type { DecoderPool, PacketDecoder } from './decoder-pool.ts'
import type { Media, SampleSource } from './media.ts'

/** A clip that is decoded packet by packet as it is read: what is ahead of need is less than one packet. */
export function makeOpusMedia(file: OggOpusFile, decoders: DecoderPool): Media {
  return { totalFrames: file.totalSamples, openAt: (frame) => new OpusSource(file, decoders, frame) }
}

class OpusSource implements SampleSource {
  readonly #file: OggOpusFile
  readonly #pool: DecoderPool
  readonly #gain: number
  #taken: { decoder: PacketDecoder; release: () => void } | undefined
  #packetIndex: number
  #discard: number
  #decoded: Float32Array | undefined
  #used = 0
  #remaining: number

  constructor(file: OggOpusFile, pool: DecoderPool, frame: number) {
    this.#file = file
    this.#pool = pool
    this.#gain = 10 ** (file.outputGainDb / 20)
    this.#remaining = Math.max(0, file.totalSamples - frame)
    const seek = seekSample(file, frame)
    this.#packetIndex = seek.packetIndex
    this.#discard = seek.discardSamples
    this.#taken = pool.take()
  }

  read(out: Float32Array, offset: number, frames: number): number | 'starved' | 'failed' {
    this.#taken ??= this.#pool.take()
    if (this.#taken === undefined) return 'starved'
    const wanted = Math.min(frames, this.#remaining)
    let done = 0
    while (done < wanted) {
      const decoded = this.#decoded
      if (decoded === undefined || this.#used >= decoded.length) {
        if (!this.#decodeNext(this.#taken.decoder)) return done > 0 ? done : 'failed'
        continue
      }
      const count = Math.min(wanted - done, decoded.length - this.#used)
      for (let index = 0; index < count; index += 1) {
        out[offset + done + index] = (decoded[this.#used + index] ?? 0) * this.#gain
      }
      this.#used += count
      done += count
    }
    this.#remaining -= done
    return done
  }

  /** Decodes one packet; false when there is none left or it is broken. */
  #decodeNext(decoder: PacketDecoder): boolean {
    const packet = getPacket(this.#file, this.#packetIndex)
    const decoded = packet === undefined ? undefined : decoder.decode(packet)
    if (decoded === undefined) return false
    this.#packetIndex += 1
    this.#used = Math.min(this.#discard, decoded.length)
    this.#discard -= this.#used
    this.#decoded = decoded
    return true
  }

  close(): void {
    this.#taken?.release()
    this.#taken = undefined
    this.#remaining = 0
  }
}

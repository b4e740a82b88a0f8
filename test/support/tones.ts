/** A mono 16-bit WAV at 48 kHz of tones one after the other (−12 dBFS), with edges soft enough not to click. */
export function makeToneWav(tones: readonly { frequencyHz: number; durationMs: number }[]): Uint8Array<ArrayBuffer> {
  const rate = 48_000
  const frames = tones.reduce((sum, tone) => sum + Math.round((tone.durationMs * rate) / 1000), 0)
  const bytes = Buffer.alloc(44 + frames * 2)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + frames * 2, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(frames * 2, 40)
  let at = 44
  for (const { frequencyHz, durationMs } of tones) {
    const count = Math.round((durationMs * rate) / 1000)
    const edge = rate / 500
    for (let i = 0; i < count; i++) {
      const fade = Math.min(1, i / edge, (count - i) / edge)
      bytes.writeInt16LE(Math.round(8_192 * fade * Math.sin((2 * Math.PI * frequencyHz * i) / rate)), at)
      at += 2
    }
  }
  return new Uint8Array(bytes)
}

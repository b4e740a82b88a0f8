/** Samples that the tests make themselves: with a bare ffmpeg, with espeak-ng, or byte by byte. */
import { execFile, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A bare ffmpeg, without anything of the product around it. Gives what it wrote to stderr. */
export async function bareFfmpeg(...args: string[]): Promise<string> {
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-y', ...args], { maxBuffer: 64 * 1024 * 1024 })
  return stderr
}

/** Loudness (EBU R 128) and highest sample of a file, measured by a bare ffmpeg. */
export async function measureIndependently(path: string): Promise<{ loudnessLufs: number; peakDbfs: number }> {
  const stderr = await bareFfmpeg('-i', path, '-af', 'ebur128,volumedetect', '-f', 'null', '-')
  const loudness = [...stderr.matchAll(/^\s+I:\s+(\S+) LUFS/gm)].at(-1)?.[1]
  const peak = /max_volume: (\S+) dB/.exec(stderr)?.[1]
  return { loudnessLufs: Number(loudness), peakDbfs: Number(peak) }
}

export const bulletin = `Ủy ban nhân dân xã thông báo. Sáng thứ bảy tuần này, toàn xã ra quân tổng vệ sinh môi trường.
Đề nghị bà con tập trung tại nhà văn hóa thôn lúc bảy giờ, mang theo cuốc, xẻng và chổi. Xin trân trọng cảm ơn bà con.
Đài truyền thanh xã xin gửi tới bà con lời chúc sức khỏe.`

/** A voice as commune editors will have it: WAV, 22.05 kHz mono. */
export function writeSpeechWav(path: string, text = bulletin): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('espeak-ng', ['-v', 'vi', '-s', '140', '-b', '1', '--stdin', '-w', path])
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`espeak-ng exited with ${code}`))))
    child.stdin.end(text)
  })
}

/** Something like music: chords that change twice a second, with attack and decay, a beat, stereo, 44.1 kHz. */
export function musicSource(seconds: number): string {
  const decay = 'exp(-4*mod(t,0.5))'
  const chord = (root: number) =>
    [1, 1.26, 1.5, 2].map((ratio) => `0.18*sin(2*PI*${(root * ratio).toFixed(2)}*t)`).join('+')
  const harmony = `if(lt(mod(t,2),1),${chord(262)},${chord(349)})`
  const beat = '0.4*sin(2*PI*90*t)*exp(-30*mod(t,0.25))'
  const left = `${decay}*(${harmony})+${beat}`
  const right = `0.7*${decay}*(${harmony})+${beat}`
  return `aevalsrc=exprs='${left}|${right}':s=44100:d=${seconds}`
}

/**
 * An AMR narrow-band file (RFC 4867 §5) of 12.2 kbit/s frames filled with pseudo-random parameters: any bits decode, to
 * a hoarse murmur. Debian's ffmpeg reads AMR and cannot write it.
 */
export async function writeAmr(path: string, seconds: number): Promise<void> {
  const frameBytes = 32
  const file = Buffer.alloc(6 + seconds * 50 * frameBytes)
  file.write('#!AMR\n', 'latin1')
  let state = 2_463_534_242
  for (let at = 6; at < file.length; at++) {
    // xorshift32 (Marsaglia 2003), so that every run decodes the same sound
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    file[at] = (at - 6) % frameBytes === 0 ? 0x3c : state & 0xff
  }
  await writeFile(path, file)
}

/** A WAV file with the header that is asked for, true or not. */
export function makeWav(options: {
  sampleRateHz: number
  channels: number
  samples: Buffer
  declaredBytes?: number
}): Buffer {
  const { sampleRateHz, channels, samples, declaredBytes = samples.length } = options
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + declaredBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRateHz, 24)
  header.writeUInt32LE(sampleRateHz * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(declaredBytes, 40)
  return Buffer.concat([header, samples])
}

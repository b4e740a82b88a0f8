import { execFile, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const paragraph = `Ủy ban nhân dân xã thông báo. Sáng thứ bảy tuần này, toàn xã ra quân tổng vệ sinh môi trường. Đề nghị bà con
tập trung tại nhà văn hóa thôn lúc bảy giờ, mang theo cuốc, xẻng và chổi. Xin trân trọng cảm ơn bà con.\n`
const PARAGRAPHS_PER_MINUTE = 8

/** Exactly so many minutes of spoken Vietnamese as WAV, in the form (sample rate, channels) that is asked for. */
export async function writeSpeech(
  file: string,
  form: { readonly minutes: number; readonly sampleRateHz: number; readonly channels: number },
): Promise<void> {
  const long = `${file}-long.wav`
  await new Promise<void>((resolve, reject) => {
    const child = spawn('espeak-ng', ['-v', 'vi', '-s', '140', '-b', '1', '--stdin', '-w', long])
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`espeak-ng ended with ${code}`))))
    child.stdin.end(paragraph.repeat(form.minutes * PARAGRAPHS_PER_MINUTE))
  })
  const output = ['-t', form.minutes * 60, '-ar', form.sampleRateHz, '-ac', form.channels, '-f', 'wav', file].map(
    String,
  )
  await promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-stream_loop', '-1', '-i', long, ...output])
  await rm(long)
}

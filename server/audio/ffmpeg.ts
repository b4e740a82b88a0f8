/**
 * ffmpeg and ffprobe, and the only file that knows fluent-ffmpeg.
 *
 * What keeps hostile uploads harmless, every part of it needed:
 * - `-format_whitelist` on ffprobe AND ffmpeg: an ".mp3" that is really an m3u8 or ffconcat list makes ffmpeg read other
 *   local files, and `-protocol_whitelist file` alone does not stop that, because those are files as well;
 * - `-codec_whitelist`: only the decoders named here ever see the bytes;
 * - ffprobe is run here with `-of json`. `ffmpeg.ffprobe()` of fluent-ffmpeg reads plain text, which a title tag can
 *   forge; for the same reason nothing may listen to its `progress` event, which starts that probe behind our back;
 * - the jail (jail.ts), and a timeout per run.
 */
import ffmpegCommand from 'fluent-ffmpeg'
import {
  defaultJailLimits,
  findExecutable,
  type JailedRun,
  type JailLimits,
  nameSignal,
  runJailed,
  type ToolMissing,
  writeJailScript,
} from './jail.ts'

/** Opened once by `openFfmpeg`; passed to everything that measures or encodes. */
export interface Ffmpeg {
  ffmpegScriptPath: string
  ffprobeScriptPath: string
}

const formatWhitelist = 'mp3,wav,mov,ogg,flac,amr,aac,matroska,aiff,asf'

/** Decoders' names, not codecs'. mjpeg and png are cover pictures, which ffprobe opens although nobody asked it to. */
const codecWhitelist = [
  ...[
    'mp3float',
    'mp3',
    'mp2float',
    'mp2',
    'aac',
    'aac_latm',
    'alac',
    'flac',
    'vorbis',
    'libvorbis',
    'opus',
    'libopus',
  ],
  ...['amrnb', 'amrwb', 'libopencore_amrnb', 'libopencore_amrwb', 'wmav1', 'wmav2', 'wmapro', 'wmalossless'],
  ...['pcm_u8', 'pcm_s8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be'],
  ...['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_alaw', 'pcm_mulaw', 'adpcm_ms', 'adpcm_ima_wav'],
  ...['mjpeg', 'png'],
].join(',')

const inputGuards = [
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', formatWhitelist],
  ...['-codec_whitelist', codecWhitelist],
]

const packageOf: Record<string, string> = { ffmpeg: 'ffmpeg', ffprobe: 'ffmpeg', prlimit: 'util-linux' }

/**
 * Finds the programs and writes their jail scripts into `directory` (private, made if need be).
 * `commands` overrides where they are; the default is Debian's ffmpeg on the search path.
 */
export async function openFfmpeg(options: {
  directory: string
  commands?: { ffmpeg?: string | undefined; ffprobe?: string | undefined }
  limits?: Partial<JailLimits>
}): Promise<{ ok: true; ffmpeg: Ffmpeg } | ToolMissing> {
  const limits = { ...defaultJailLimits, ...options.limits }
  const commands = {
    prlimit: 'prlimit',
    ffmpeg: options.commands?.ffmpeg ?? 'ffmpeg',
    ffprobe: options.commands?.ffprobe ?? 'ffprobe',
  }
  const found: Record<string, string> = {}
  for (const [tool, command] of Object.entries(commands)) {
    const executablePath = await findExecutable(command)
    if (executablePath === null) {
      const remedy = `${tool} was not found (looked for "${command}"): apt-get install ${packageOf[tool] ?? tool}`
      return { ok: false, code: 'tool-missing', tool, remedy }
    }
    found[tool] = executablePath
  }
  const { prlimit = '', ffmpeg = '', ffprobe = '' } = found
  const shared = { directory: options.directory, prlimitPath: prlimit, limits }
  const ffmpegScriptPath = await writeJailScript({ ...shared, name: 'ffmpeg', executablePath: ffmpeg })
  const ffprobeScriptPath = await writeJailScript({ ...shared, name: 'ffprobe', executablePath: ffprobe })

  const help = await runJailed({
    scriptPath: ffmpegScriptPath,
    args: ['-hide_banner', '-h', 'encoder=libopus'],
    timeoutMs: 30_000,
  })
  if (!help.stdout.includes('Encoder libopus')) {
    const remedy = `${ffmpeg} cannot encode Opus (no libopus in it): apt-get install ffmpeg`
    return { ok: false, code: 'tool-missing', tool: 'ffmpeg', remedy }
  }
  return { ok: true, ffmpeg: { ffmpegScriptPath, ffprobeScriptPath } }
}

/** ffprobe's JSON about `inputPath` on stdout; its warnings on stderr. `entries` are those of `-show_entries`. */
export function runFfprobe(
  ffmpeg: Ffmpeg,
  options: { inputPath: string; entries: string; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<JailedRun> {
  const { inputPath, entries, timeoutMs, signal } = options
  const args = ['-v', 'warning', '-of', 'json', ...inputGuards, '-show_entries', entries, `file:${inputPath}`]
  return runJailed({ scriptPath: ffmpeg.ffprobeScriptPath, args, timeoutMs, signal })
}

export interface FfmpegPass {
  inputPath: string
  /** Nothing is decoded beyond this, whatever the file claims. */
  maxDurationMs: number
  /** Filters in order, joined by commas; their arguments are ours, never a user's. */
  audioFilters: readonly string[]
  /** Where the result goes, or null to only measure. */
  output: { path: string; options: readonly string[] } | null
  timeoutMs: number
  /** How far the pass has come, in milliseconds of sound. */
  onPosition?: (positionMs: number) => void
  signal?: AbortSignal | undefined
}

/** `stderr` holds the last lines, among them the measurements. */
export type FfmpegPassResult =
  | { ok: true; stderr: string }
  | { ok: false; code: 'decode-failed' | 'too-costly'; detail: string }

/**
 * One run of ffmpeg over the first audio stream of a file.
 * Rejects with the signal's reason when aborted, and when the program cannot be started.
 */
export function runFfmpegPass(ffmpeg: Ffmpeg, pass: FfmpegPass): Promise<FfmpegPassResult> {
  const { signal } = pass
  if (signal?.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const command = ffmpegCommand({ stdoutLines: 200 })
      .input(`file:${pass.inputPath}`)
      .inputOptions(['-hide_banner', '-nostdin', '-threads', '1', ...inputGuards])
      .inputOptions(['-t', (pass.maxDurationMs / 1000).toFixed(3)])
    // The library keeps this path for the whole process. One process opens one jail, so it is always the same.
    command.setFfmpegPath(ffmpeg.ffmpegScriptPath)
    command.outputOptions(['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'])
    if (pass.audioFilters.length > 0) command.audioFilters(pass.audioFilters.join(','))
    if (pass.output === null) command.outputOptions(['-f', 'null']).output('-')
    // -y is ours to give: the library gives it only for outputs that it recognises as files, without a protocol.
    else command.outputOptions(['-y', ...pass.output.options]).output(`file:${pass.output.path}`)

    let isTimedOut = false
    let isAborted = false
    let isStarted = false
    const kill = () => {
      // Before the start there is nothing to kill; `start` looks again.
      if (isStarted) command.kill('SIGKILL')
    }
    const timer = setTimeout(() => {
      isTimedOut = true
      kill()
    }, pass.timeoutMs)
    const abort = () => {
      isAborted = true
      kill()
    }
    signal?.addEventListener('abort', abort, { once: true })
    const release = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }

    command.on('start', () => {
      isStarted = true
      if (isAborted || isTimedOut) kill()
    })
    const { onPosition } = pass
    if (onPosition !== undefined) {
      command.on('stderr', (line: string) => {
        const positionMs = readPositionMs(line)
        if (positionMs !== null) onPosition(positionMs)
      })
    }
    command.on('end', (_stdout: string | null, stderr: string | null) => {
      release()
      resolve({ ok: true, stderr: stderr ?? '' })
    })
    command.on('error', (error: Error, _stdout: string | null, stderr: string | null) => {
      release()
      if (isAborted && signal !== undefined) reject(signal.reason)
      else if (isTimedOut) resolve({ ok: false, code: 'too-costly', detail: `ran for ${pass.timeoutMs} ms` })
      else if (!isStarted || 'code' in error) reject(error)
      else resolve(explainFailure(error.message, stderr ?? ''))
    })
    command.run()
  })
}

/** PCM of `inputPath`, 48 kHz mono signed 16 bit little-endian, as it comes. Not for uploads: for what we encoded. */
export async function decodePcm(
  ffmpeg: Ffmpeg,
  options: {
    inputPath: string
    onPcm: (chunk: Buffer) => void
    timeoutMs: number
    signal?: AbortSignal | undefined
  },
): Promise<void> {
  // Not through fluent-ffmpeg: it reports failure when an output stream closes 20 ms before the process is reaped.
  const run = await runJailed({
    scriptPath: ffmpeg.ffmpegScriptPath,
    args: [
      ...['-v', 'error', '-nostdin', '-threads', '1', ...inputGuards, '-i', `file:${options.inputPath}`],
      ...['-map', '0:a:0', '-ar', '48000', '-ac', '1', '-f', 's16le', 'pipe:1'],
    ],
    timeoutMs: options.timeoutMs,
    onStdout: options.onPcm,
    signal: options.signal,
  })
  if (run.exitCode !== 0) {
    throw new Error(`ffmpeg could not decode ${options.inputPath}: ${run.killedBy ?? lastLine(run.stderr)}`)
  }
}

/** The last line worth showing of what a program wrote to stderr: printable, at most 200 characters. */
export function lastLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const line = lines.at(-1) ?? 'no message'
  return line.replace(/\p{C}/gu, ' ').trim().slice(0, 200)
}

function explainFailure(message: string, stderr: string): FfmpegPassResult {
  const killSignal = /killed with signal (SIG\w+)/.exec(message)?.[1] ?? null
  // ffmpeg catches SIGXCPU (24 on every Linux we ship to), finishes its file as if all were well and exits with 255.
  const killedBy = / received signal 24\b/.test(lastLine(stderr)) ? 'cpu' : nameSignal(killSignal)
  if (killedBy !== null) return { ok: false, code: 'too-costly', detail: `ffmpeg was ended by the limit: ${killedBy}` }
  return { ok: false, code: 'decode-failed', detail: lastLine(stderr) }
}

/** `time=00:01:02.34` of ffmpeg's progress line, in milliseconds. */
function readPositionMs(line: string): number | null {
  const match = /time=(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(line)
  if (match === null) return null
  const [, hours, minutes, seconds] = match
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
}

/**
 * Text to speech behind an interface, so that an operator can add an engine. What an engine gives is a raw recording
 * that takes the same road as an upload (normalise.ts): it is probed, levelled and named by its hash.
 */
import { stat } from 'node:fs/promises'
import { lastLine } from './ffmpeg.ts'
import {
  defaultJailLimits,
  findExecutable,
  type JailLimits,
  runJailed,
  type ToolMissing,
  writeJailScript,
} from './jail.ts'
import { hasLetters, normaliseSpeechText } from './speech-text.ts'

export interface SpeechVoice {
  id: string
  /** The id of the engine that has it. */
  engine: string
  /** BCP 47. Only languages that the engine really speaks; for the others people record their own voice. */
  language: string
  /** Proper name, in both languages of the console. */
  name: { vi: string; en: string }
}

/** Why there is no recording. `detail` is technical English for the log. */
export interface SpeechRefusal {
  ok: false
  code: 'text-empty' | 'text-too-long' | 'unknown-voice' | 'speech-failed'
  detail: string
}

export interface SpeechEngine {
  readonly id: string
  voices(): readonly SpeechVoice[]
  /**
   * Speaks `text` into `outputPath` (without an extension, as an upload). `spokenText` is what was read, with every
   * number and abbreviation as words. Rejects with the signal's reason when aborted.
   */
  synthesise(options: {
    text: string
    voiceId: string
    outputPath: string
    signal?: AbortSignal | undefined
  }): Promise<{ ok: true; bytes: number; spokenText: string } | SpeechRefusal>
}

/** About 25 minutes of speech: longer than any bulletin, and far below the limits of a clip. */
export const maxSpeechChars = 20_000

const engineId = 'espeak-ng'
const vietnameseVoices: readonly SpeechVoice[] = [
  { id: 'vi', engine: engineId, language: 'vi', name: { vi: 'Giọng miền Bắc', en: 'Northern voice' } },
  { id: 'vi-vn-x-central', engine: engineId, language: 'vi', name: { vi: 'Giọng miền Trung', en: 'Central voice' } },
  { id: 'vi-vn-x-south', engine: engineId, language: 'vi', name: { vi: 'Giọng miền Nam', en: 'Southern voice' } },
]

/** Words a minute; espeak's own 175 is too fast for a horn across a field. */
const wordsPerMinute = 140

/** espeak-ng in its jail. `directory` is where its script goes; `command` overrides where the program is. */
export async function openEspeakNg(options: {
  directory: string
  command?: string | undefined
  limits?: Partial<JailLimits>
}): Promise<{ ok: true; engine: SpeechEngine } | ToolMissing> {
  const command = options.command ?? 'espeak-ng'
  const executablePath = await findExecutable(command)
  const prlimitPath = await findExecutable('prlimit')
  if (executablePath === null || prlimitPath === null) {
    const [tool, packageName] = prlimitPath === null ? ['prlimit', 'util-linux'] : ['espeak-ng', 'espeak-ng']
    const remedy = `${tool} was not found: apt-get install ${packageName}`
    return { ok: false, code: 'tool-missing', tool, remedy }
  }
  const limits = { ...defaultJailLimits, cpuSeconds: 60, ...options.limits }
  const { directory } = options
  const scriptPath = await writeJailScript({ directory, name: 'espeak-ng', executablePath, prlimitPath, limits })
  const listing = await runJailed({ scriptPath, args: ['--voices=vi'], timeoutMs: 30_000 })
  const installed = new Set(listing.stdout.split(/\s+/))
  const voices = vietnameseVoices.filter((voice) => installed.has(voice.id))
  return { ok: true, engine: makeEspeakNg(scriptPath, voices) }
}

function makeEspeakNg(scriptPath: string, voices: readonly SpeechVoice[]): SpeechEngine {
  return {
    id: engineId,
    voices: () => voices,
    async synthesise({ text, voiceId, outputPath, signal }) {
      if (text.length > maxSpeechChars) {
        return refuse('text-too-long', `${text.length} characters, at most ${maxSpeechChars}`)
      }
      if (!voices.some((voice) => voice.id === voiceId)) return refuse('unknown-voice', voiceId)
      const spokenText = normaliseSpeechText(text)
      if (!hasLetters(spokenText)) return refuse('text-empty', 'nothing in the text can be spoken')
      // The text goes through stdin: an argument would show in the process list and could be taken for an option.
      const args = ['-v', voiceId, '-s', String(wordsPerMinute), '-b', '1', '--stdin', '-w', outputPath]
      const run = await runJailed({ scriptPath, args, stdin: spokenText, timeoutMs: 120_000, signal })
      if (run.exitCode !== 0) return refuse('speech-failed', run.killedBy ?? lastLine(run.stderr))
      const { size } = await stat(outputPath)
      return { ok: true, bytes: size, spokenText }
    },
  }
}

function refuse(code: SpeechRefusal['code'], detail: string): SpeechRefusal {
  return { ok: false, code, detail }
}

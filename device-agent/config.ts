import path from 'node:path'
import { z } from 'zod'
import type { AmplifierConfig } from './io/amplifier.ts'
import { type LogLevel, logLevels } from './io/log.ts'

/** Every setting has a default that is right on a speaker; `docs/settings.md` lists them from here. */
export const settings = z.object({
  LOAXA_STATE_DIR: z.string().default('/var/lib/loaxa-agent').describe('Where identity, target, clips and ledger live'),
  LOAXA_SERVER: z.url().optional().describe('Address of the server, for `enrol` without one'),
  LOAXA_SINK: z
    .enum(['auto', 'alsa', 'aplay', 'wav', 'null'])
    .default('auto')
    .describe('Where sound goes; auto is ALSA, or aplay where libasound cannot be loaded'),
  LOAXA_ALSA_DEVICE: z.string().default('default').describe('Name of the ALSA device'),
  LOAXA_WAV_PATH: z.string().optional().describe('File that the WAV sink writes (default: below LOAXA_STATE_DIR)'),
  // Rides out a busy Pi; an emergency is heard this much later.
  LOAXA_BUFFER_MS: z.coerce.number().int().min(20).max(2_000).default(200).describe('Buffer of the sound device, ms'),
  LOAXA_AMPLIFIER_COMMAND: z
    .string()
    .transform((text) => text.split(/\s+/).filter((word) => word !== ''))
    .refine((words) => words.some((word) => word.includes('{state}')), 'needs {state} where 1 or 0 is to stand')
    .optional()
    .describe('Switches the amplifier; program and arguments with spaces between, no shell: {state} becomes 1 or 0'),
  LOAXA_AMPLIFIER_LEAD_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_000)
    .default(1_000)
    .describe('How long before sound the amplifier is switched on, ms'),
  LOAXA_AMPLIFIER_HOLD_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(3_000)
    .describe('How long after sound it is switched off, ms'),
  LOAXA_HARDWARE_SERIAL: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Stands in for the serial number of the hardware in simulations'),
  LOAXA_CLIP_CACHE_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1_048_576)
    .default(2 * 1_073_741_824)
    .describe('What clips may take on the disk'),
  LOAXA_MIN_FREE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(100 * 1_048_576)
    .describe('What clips leave free on the disk, so that the ledger always finds room'),
  LOAXA_LOG_LEVEL: z.enum(logLevels).default('info').describe('From which severity on events are logged'),
  LOAXA_LOG_FORMAT: z
    .enum(['json', 'text'])
    .optional()
    .describe('JSON lines, or text for people (default: text on a terminal, else json)'),
  LOAXA_STOP_AT_STDIN_END: z
    .enum(['true', 'false', '1', '0'])
    .transform((text) => text === 'true' || text === '1')
    .default(false)
    .describe(
      'Stops when its standard input ends: then it never outlives the program that started it and holds the pipe',
    ),
})

/** What a person reads is in the language of the machine. */
const locale = z.object({
  LANGUAGE: z.string().optional(),
  LC_ALL: z.string().optional(),
  LC_MESSAGES: z.string().optional(),
  LANG: z.string().optional(),
})

export type SinkSetting =
  | { readonly kind: 'auto' | 'alsa' | 'aplay'; readonly device: string; readonly bufferMs: number }
  | { readonly kind: 'wav'; readonly path: string; readonly bufferMs: number }
  | { readonly kind: 'null'; readonly bufferMs: number }

export type Config = {
  readonly stateDir: string
  readonly server: string | undefined
  readonly sink: SinkSetting
  readonly hardwareSerial: string | undefined
  /** Undefined: the amplifier is always on, or switches itself. */
  readonly amplifier: AmplifierConfig | undefined
  readonly clipCacheMaxBytes: number
  readonly minFreeBytes: number
  readonly logLevel: LogLevel
  readonly logFormat: 'json' | 'text'
  readonly language: 'vi' | 'en'
  readonly stopAtStdinEnd: boolean
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly error: string }

/**
 * The only reader of the environment; an empty variable counts as not set, for that is how systemd and compose files
 * write "none". `error` names the variable that is wrong.
 */
export function readConfig(terminal: { readonly isTTY: boolean }, env: NodeJS.ProcessEnv = process.env): ConfigResult {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return { ok: false, error: `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'invalid'}` }
  }
  const values = parsed.data
  const stateDir = path.resolve(values.LOAXA_STATE_DIR)
  return {
    ok: true,
    config: {
      stateDir,
      server: values.LOAXA_SERVER,
      sink: readSink(values, stateDir),
      hardwareSerial: values.LOAXA_HARDWARE_SERIAL,
      amplifier: readAmplifier(values),
      clipCacheMaxBytes: values.LOAXA_CLIP_CACHE_MAX_BYTES,
      minFreeBytes: values.LOAXA_MIN_FREE_BYTES,
      logLevel: values.LOAXA_LOG_LEVEL,
      logFormat: values.LOAXA_LOG_FORMAT ?? (terminal.isTTY ? 'text' : 'json'),
      language: readLanguage(given),
      stopAtStdinEnd: values.LOAXA_STOP_AT_STDIN_END,
    },
  }
}

function readAmplifier(values: z.infer<typeof settings>): AmplifierConfig | undefined {
  const { LOAXA_AMPLIFIER_COMMAND: command, LOAXA_AMPLIFIER_LEAD_MS: leadMs, LOAXA_AMPLIFIER_HOLD_MS: holdMs } = values
  return command === undefined ? undefined : { command, leadMs, holdMs }
}

function readSink(values: z.infer<typeof settings>, stateDir: string): SinkSetting {
  const { LOAXA_SINK: kind, LOAXA_BUFFER_MS: bufferMs } = values
  if (kind === 'null') return { kind, bufferMs }
  if (kind === 'wav') return { kind, path: values.LOAXA_WAV_PATH ?? path.join(stateDir, 'heard.wav'), bufferMs }
  return { kind, device: values.LOAXA_ALSA_DEVICE, bufferMs }
}

/** Vietnamese unless the locale asks for English: technicians work in Vietnamese, on machines set to C or POSIX. */
export function readLanguage(env: NodeJS.ProcessEnv = process.env): 'vi' | 'en' {
  const { LANGUAGE, LC_ALL, LC_MESSAGES, LANG } = locale.parse(env)
  return (LANGUAGE || LC_ALL || LC_MESSAGES || LANG || '').toLowerCase().startsWith('en') ? 'en' : 'vi'
}

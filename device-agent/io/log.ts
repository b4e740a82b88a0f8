import type { Clock } from '#agent/clock.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFields = Readonly<Record<string, unknown>>

/** The agent's one log. It goes to standard output, where the supervisor (systemd's journal) keeps and rotates it. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

const plain = (value: unknown): unknown => (value instanceof Error ? value.message : value)

function asText(at: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = Object.entries(fields)
    .map(([name, value]) => {
      const shown = plain(value)
      return `${name}=${typeof shown === 'string' ? shown : JSON.stringify(shown)}`
    })
    .join(' ')
  return `${at} ${level.padEnd(5)} ${message}${rest === '' ? '' : `  ${rest}`}\n`
}

function asJson(at: string, level: LogLevel, message: string, fields: LogFields): string {
  const shown = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]))
  return `${JSON.stringify({ at, level, message, ...shown })}\n`
}

/** `write` is usually process.stdout.write; text for people, JSON lines for machines. */
export function createLog(options: {
  readonly clock: Pick<Clock, 'now'>
  readonly level: LogLevel
  readonly format: 'json' | 'text'
  readonly write: (line: string) => void
}): Log {
  const threshold = logLevels.indexOf(options.level)
  const format = options.format === 'json' ? asJson : asText
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (logLevels.indexOf(level) < threshold) return
      options.write(format(new Date(options.clock.now()).toISOString(), level, message, fields))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

import { type Logger, pino } from 'pino'
import { z } from 'zod'
import type { Config } from './config.ts'

const line = z.looseObject({
  level: z.number(),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string() }).optional(),
})

/** For a person at a terminal: one short line for each event. The full JSON goes wherever output is redirected to. */
function sayLine(text: string): string {
  const { level, msg, err } = line.parse(JSON.parse(text))
  const mark = level >= 50 ? '✗' : level >= 40 ? '!' : '·'
  return `${mark} ${msg}${err === undefined ? '' : `: ${err.message}`}\n`
}

/** Structured lines (JSON) for machines; short text on a terminal. What must stay secret is named here as well, as a second net. */
export function createServerLog(level: Config['logLevel']): Logger {
  const options = {
    level,
    base: null,
    redact: {
      paths: ['*.password', '*.secret', '*.code', '*.signInCode', 'req.headers', '*.cookie'],
      censor: '[secret]',
    },
  }
  return process.stdout.isTTY
    ? pino(options, { write: (text: string) => process.stdout.write(sayLine(text)) })
    : pino(options, pino.destination({ sync: true }))
}

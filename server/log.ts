import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
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

const CENSOR = '[secret]'

/** Fields that hold a secret wherever they are, three levels deep. */
const secretFields = [
  'password',
  'currentPassword',
  'newPassword',
  'passwordHash',
  'secret',
  'secretHash',
  'token',
  'csrfToken',
  'signInCode',
  'setupCode',
  'recoveryCode',
  'recoveryCodes',
  'oneTimeCode',
  'totpSecret',
  'privateKey',
  'privateKeyPem',
  'cookie',
  'cookies',
  'authorization',
  'headers',
]
/** One-time codes come as `code`; so do the codes of errors and refusals, which are what one needs to know. */
const codeFields = ['body.code', '*.body.code', 'query.code', 'request.code', 'params.code', 'input.code']

/**
 * What no name of a field gives away: credentials inside texts (the address of a database in a driver's error, a header,
 * a key, a link with its token in it).
 */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'\\]{0,200}:)[^\s/@"'\\]+@/gi, `$1${CENSOR}@`],
  [/\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${CENSOR}`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?="))/g, CENSOR],
  [/([?&](?:token|code|secret|password|signature|sig)=)[^&\s"'#\\]+/gi, `$1${CENSOR}`],
  [/(\b(?:loaxa_session|x-csrf-token)["']?[=:] ?["']?)[A-Za-z0-9._~+/=-]{8,}/gi, `$1${CENSOR}`],
]

/** What must stay secret never reaches a log in the first place; this is a second net, for the day when it does. */
export const logOptions = (level: Config['logLevel']): LoggerOptions => ({
  level,
  base: null,
  redact: {
    paths: [...secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), ...codeFields],
    censor: CENSOR,
  },
  hooks: {
    streamWrite: (text) => secretTexts.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text),
  },
})

/** Structured lines (JSON) for machines; short text on a terminal. */
export function createServerLog(level: Config['logLevel']): Logger {
  const terminal: DestinationStream = { write: (text: string) => process.stdout.write(sayLine(text)) }
  return pino(logOptions(level), process.stdout.isTTY ? terminal : pino.destination({ sync: true }))
}

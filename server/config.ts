import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { limits } from '#protocol/limits.ts'
import { type Role, roles } from './auth/rules.ts'

/** The only place that reads the environment. */
const flag = z.enum(['true', 'false', '1', '0'], 'true or false').transform((text) => text === 'true' || text === '1')

const oneOf = <const Word extends string>(words: readonly [Word, ...Word[]]) =>
  z.enum(words, `one of ${words.join(', ')}`)

/** Every refusal in the same words: an operator is told what may stand there. */
function whole(min: number, max?: number): z.ZodCoercedNumber {
  const words = max === undefined ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`
  const number = z.coerce.number(words).int(words).min(min, words)
  return max === undefined ? number : number.max(max, words)
}

const port = whole(0, 65_535)

/** A year, leap years included: the database itself refuses to drop what is younger (`audit_drop_stretch`). */
const MIN_AUDIT_RETENTION_DAYS = 366

const MQTT_ADDRESS = /^mqtts?:\/\/[^\s@]+$/
const MQTT_ADDRESS_WORDS = 'mqtt://host:1883 or mqtts://host:8883, without user name and password'

/** The server's settings; `docs/settings.md` lists them from here. */
export const settings = z.object({
  LOAXA_DATA_DIR: z.string().default('./data').describe('Where keys, clips and the embedded database live'),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('postgresql://user:password@host/database, or embedded:/absolute/path (default: below LOAXA_DATA_DIR)'),
  DATABASE_OWNER_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'an address that begins with postgresql://')
    .optional()
    .describe(
      'The database of DATABASE_URL under the role that owns its tables, for migrations only: then the role of DATABASE_URL cannot change the audit trail',
    ),
  AUDIT_RETENTION_DAYS: whole(0)
    .refine((days) => days === 0 || days >= MIN_AUDIT_RETENTION_DAYS, `0, or at least ${MIN_AUDIT_RETENTION_DAYS}`)
    .default(0)
    .describe(`How long the audit trail is kept; 0: for ever, otherwise at least ${MIN_AUDIT_RETENTION_DAYS} days`),
  HTTP_HOST: z.string().default('127.0.0.1').describe('Address the console and the API listen on'),
  HTTP_PORT: port.default(8080).describe('0 takes any free port'),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      hostname: /./,
      error: 'an address that begins with https:// or http://',
      normalize: true,
    })
    .optional()
    .describe('How people and devices reach this server, e.g. https://loa.xa.gov.vn'),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => splitList(text).every(isNetwork),
      'addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas between them',
    )
    .default('')
    .describe('Addresses or networks of reverse proxies whose X-Forwarded-* headers count, with commas between them'),
  HTTP_REQUESTS_PER_MINUTE: whole(60).default(1_200).describe('Limit for one address'),
  HTTP_STRICT_REQUESTS_PER_MINUTE: whole(5)
    .default(20)
    .describe(
      'Limit for one address on sign-in, set-up and enrolment; raise it while many devices enrol behind one address',
    ),
  ALLOW_INSECURE_ENROLMENT: flag
    .default(false)
    .describe('Lets devices enrol over plain HTTP from other machines: their secret then travels in clear'),
  MQTT_HOST: z.string().default('127.0.0.1').describe('Address the embedded broker listens on without TLS'),
  ALLOW_PLAIN_MQTT: flag
    .default(false)
    .describe(
      'Lets MQTT without TLS leave this machine (MQTT_HOST, MQTT_URL): whoever is on the way reads the devices’ secrets',
    ),
  MQTT_CONNECTIONS_PER_ADDRESS: whole(1)
    .default(2_000)
    .describe(
      'Limit for one address at the embedded broker; raise it when more devices share one (a carrier, a proxy)',
    ),
  MQTT_PORT: port.default(1883).describe('0 takes any free port'),
  MQTT_TLS: oneOf(['files', 'dev-ca'])
    .default('files')
    .describe(
      'Whose certificate the TLS port has: yours, from files; or one of a certificate authority that the server makes itself (program openssl) and tells devices at enrolment',
    ),
  MQTT_TLS_HOST: z.string().default('0.0.0.0').describe('Address the embedded broker listens on with TLS'),
  MQTT_TLS_PORT: port.default(8883).describe('0 takes any free port'),
  MQTT_TLS_CERT_FILE: z.string().optional().describe('Certificate chain (PEM); with the key it opens the TLS port'),
  MQTT_TLS_KEY_FILE: z.string().optional().describe('Private key (PEM); a file that nobody else may read (0600)'),
  MQTT_PUBLIC_URL: z
    .string()
    .regex(MQTT_ADDRESS, MQTT_ADDRESS_WORDS)
    .optional()
    .describe('How devices reach the broker; told to them at enrolment'),
  MQTT_CA_FILE: z.string().optional().describe('Certificate authority (PEM) that devices check the broker against'),
  MQTT_URL: z
    .string()
    // Without credentials: devices are told this address.
    .regex(MQTT_ADDRESS, MQTT_ADDRESS_WORDS)
    .optional()
    .describe('An external broker instead of the embedded one, without user name and password'),
  MQTT_USERNAME: z.string().default('loaxa-server').describe('The server’s account on an external broker'),
  MQTT_PASSWORD_FILE: z
    .string()
    .optional()
    .describe('File with that account’s password, which nobody else may read (0600)'),
  MQTT_ACCOUNTS: oneOf(['mosquitto', 'none'])
    .default('mosquitto')
    .describe(
      'Who makes device accounts on an external broker: we, through mosquitto’s dynamic-security plugin; or you',
    ),
  CLIP_TRANSPORT: oneOf(['mqtt', 'http', 'auto']).default('mqtt').describe('How clips reach devices'),
  HORIZON_DAYS: whole(1, limits.maxHorizonDays)
    .default(14)
    .describe('How many days ahead devices hold their plan: so long they play without a network'),
  UPLOAD_MAX_BYTES: whole(1)
    .default(300 * 1_048_576)
    .describe('Largest sound file that is taken'),
  SESSION_IDLE_HOURS: whole(1, 72).default(12).describe('A session ends when nobody used it for so long'),
  SESSION_MAX_DAYS: whole(1, 30).default(7).describe('A session ends so long after the sign-in in any case'),
  INVITATION_HOURS: whole(1, 168).default(24).describe('How long a one-time sign-in link is good'),
  SECOND_FACTOR_ROLES: z
    .string()
    .default('administrator,approver')
    .describe('Roles that cannot work without a second factor (authenticator app), with commas between them; or none'),
  TIME_ZONE: z.string().default('Asia/Ho_Chi_Minh').describe('Zone of new root areas'),
  METRICS_TOKEN_FILE: z
    .string()
    .optional()
    .describe(
      'File with the token that opens /metrics for Prometheus, which nobody else may read (0600); without it there is no such page',
    ),
  SYSLOG_URL: z
    .string()
    .regex(
      /^(udp|tcp|tls):\/\/([^\s@/:?#[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/,
      'udp://host:514, tcp://host:601 or tls://host:6514; an IPv6 address in brackets',
    )
    .optional()
    .describe('Where security events go as syslog (RFC 5424): udp://host:514, tcp://host:601 or tls://host:6514'),
  SYSLOG_FACILITY: oneOf([
    'auth',
    'authpriv',
    'local0',
    'local1',
    'local2',
    'local3',
    'local4',
    'local5',
    'local6',
    'local7',
  ])
    .default('authpriv')
    .describe('Facility of those messages'),
  SYSLOG_CA_FILE: z
    .string()
    .optional()
    .describe('Certificate authority (PEM) that a tls:// syslog server is checked against'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('From which severity on events are logged'),
  STOP_AT_STDIN_END: flag
    .default(false)
    .describe(
      'Stops when its standard input ends: then it never outlives the program that started it and holds the pipe',
    ),
})

export type CertificateSource =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
  | { readonly kind: 'dev-ca' }

export interface Config {
  readonly dataDir: string
  readonly databaseUrl: string
  readonly databaseOwnerUrl: string | undefined
  /** 0: for ever. */
  readonly auditRetentionDays: number
  /** Every setting by its name as it is in force, passwords left out: for the audit trail. */
  readonly shown: Readonly<Record<string, string | number | boolean | null>>
  readonly http: {
    readonly host: string
    readonly port: number
    readonly publicUrl: string | undefined
    readonly trustProxy: string[]
    readonly rateLimits: { readonly perMinute: number; readonly strictPerMinute: number }
  }
  readonly allowInsecureEnrolment: boolean
  readonly mqtt:
    | {
        readonly kind: 'embedded'
        readonly plain: { readonly host: string; readonly port: number }
        readonly connectionsPerAddress: number
        readonly tls:
          | { readonly host: string; readonly port: number; readonly certificate: CertificateSource }
          | undefined
      }
    | {
        readonly kind: 'external'
        readonly url: string
        readonly userName: string
        readonly passwordFile: string | undefined
        readonly accounts: 'mosquitto' | 'none'
      }
  /** MQTT without TLS may leave this machine. */
  readonly allowPlainMqtt: boolean
  readonly mqttPublicUrl: string | undefined
  readonly mqttCaFile: string | undefined
  readonly clipTransport: 'mqtt' | 'http' | 'auto'
  readonly horizonDays: number
  readonly uploadMaxBytes: number
  readonly sessions: { readonly idleMs: number; readonly absoluteMs: number }
  readonly invitationValidMs: number
  readonly secondFactorRoles: readonly Role[]
  readonly timeZone: string
  readonly metricsTokenFile: string | undefined
  readonly syslog:
    | {
        readonly protocol: 'udp' | 'tcp' | 'tls'
        readonly host: string
        readonly port: number
        readonly facility: z.infer<typeof settings>['SYSLOG_FACILITY']
        readonly caFile: string | undefined
      }
    | undefined
  readonly logLevel: z.infer<typeof settings>['LOG_LEVEL']
  readonly stopAtStdinEnd: boolean
}

/** One setting is wrong; the message is a sentence for the operator. */
export class ConfigError extends Error {}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** An IP address, or a network in CIDR notation that is not the whole world: then anybody could say who they are. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

/** Reads the settings. Throws ConfigError naming the setting. An empty variable counts as not set. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`The setting ${issue?.path.join('.') ?? ''} is not valid: it takes ${issue?.message ?? ''}.`)
  }
  const s = parsed.data
  if (!isTimeZone(s.TIME_ZONE)) {
    throw new ConfigError(`The setting TIME_ZONE names no time zone: ${s.TIME_ZONE}.`)
  }
  const certificate = readCertificateSource(s)
  const dataDir = path.resolve(s.LOAXA_DATA_DIR)
  return {
    dataDir,
    databaseUrl: s.DATABASE_URL ?? `embedded:${path.join(dataDir, 'postgres')}`,
    databaseOwnerUrl: s.DATABASE_OWNER_URL,
    auditRetentionDays: s.AUDIT_RETENTION_DAYS,
    shown: Object.fromEntries(Object.keys(settings.shape).map((name) => [name, showSetting(readByName(s, name))])),
    http: {
      host: s.HTTP_HOST,
      port: s.HTTP_PORT,
      publicUrl: s.PUBLIC_URL?.replace(/\/+$/, ''),
      trustProxy: splitList(s.TRUST_PROXY),
      rateLimits: { perMinute: s.HTTP_REQUESTS_PER_MINUTE, strictPerMinute: s.HTTP_STRICT_REQUESTS_PER_MINUTE },
    },
    allowInsecureEnrolment: s.ALLOW_INSECURE_ENROLMENT,
    mqtt:
      s.MQTT_URL === undefined
        ? {
            kind: 'embedded',
            plain: { host: s.MQTT_HOST, port: s.MQTT_PORT },
            connectionsPerAddress: s.MQTT_CONNECTIONS_PER_ADDRESS,
            tls: certificate === undefined ? undefined : { host: s.MQTT_TLS_HOST, port: s.MQTT_TLS_PORT, certificate },
          }
        : {
            kind: 'external',
            url: s.MQTT_URL,
            userName: s.MQTT_USERNAME,
            passwordFile: s.MQTT_PASSWORD_FILE,
            accounts: s.MQTT_ACCOUNTS,
          },
    allowPlainMqtt: s.ALLOW_PLAIN_MQTT,
    mqttPublicUrl: s.MQTT_PUBLIC_URL,
    mqttCaFile: s.MQTT_CA_FILE,
    clipTransport: s.CLIP_TRANSPORT,
    horizonDays: s.HORIZON_DAYS,
    uploadMaxBytes: s.UPLOAD_MAX_BYTES,
    sessions: { idleMs: s.SESSION_IDLE_HOURS * 3_600_000, absoluteMs: s.SESSION_MAX_DAYS * 24 * 3_600_000 },
    invitationValidMs: s.INVITATION_HOURS * 3_600_000,
    secondFactorRoles: readRoles(s.SECOND_FACTOR_ROLES),
    timeZone: s.TIME_ZONE,
    metricsTokenFile: s.METRICS_TOKEN_FILE,
    syslog: s.SYSLOG_URL === undefined ? undefined : readSyslog(s.SYSLOG_URL, s.SYSLOG_FACILITY, s.SYSLOG_CA_FILE),
    logLevel: s.LOG_LEVEL,
    stopAtStdinEnd: s.STOP_AT_STDIN_END,
  }
}

function readCertificateSource(s: z.infer<typeof settings>): CertificateSource | undefined {
  const { MQTT_TLS_CERT_FILE: certFile, MQTT_TLS_KEY_FILE: keyFile } = s
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError('MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE go together: set both or neither.')
  }
  const hasFiles = certFile !== undefined && keyFile !== undefined
  if (s.MQTT_TLS === 'files') return hasFiles ? { kind: 'files', certFile, keyFile } : undefined
  if (hasFiles) throw new ConfigError('MQTT_TLS=dev-ca makes its own certificate: leave out MQTT_TLS_CERT_FILE.')
  return { kind: 'dev-ca' }
}

const readByName = (values: object, name: string): unknown => Object.entries(values).find(([key]) => key === name)?.[1]

/** Secrets stand in files or, at most, as the password of a URL. */
function showSetting(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  return value
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/?]*):.*@/i, '$1:***@')
    .replaceAll(/([?&](?:password|sslkey)=)[^&]*/gi, '$1***')
}

function readSyslog(
  url: string,
  facility: z.infer<typeof settings>['SYSLOG_FACILITY'],
  caFile: string | undefined,
): Config['syslog'] {
  const [, protocol, host = '', portText] = /^(udp|tcp|tls):\/\/(.+):(\d+)$/.exec(url) ?? []
  const parsed = z.tuple([z.enum(['udp', 'tcp', 'tls']), port.min(1)]).safeParse([protocol, portText])
  if (!parsed.success) throw new ConfigError(`The setting SYSLOG_URL names no port: ${url}.`)
  // An IPv6 address stands in brackets in a URL, and nowhere else.
  return { protocol: parsed.data[0], host: host.replace(/^\[|\]$/g, ''), port: parsed.data[1], facility, caFile }
}

/** The word `none` stands for no role at all: an empty setting counts as not set. */
function readRoles(text: string): Role[] {
  const names = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (names.length === 1 && names[0] === 'none') return []
  return names.map((name) => {
    const role = roles.find((one) => one === name)
    if (role === undefined) {
      throw new ConfigError(
        `The setting SECOND_FACTOR_ROLES names no role: ${name}. There are: ${roles.join(', ')}; or none.`,
      )
    }
    return role
  })
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (cause) {
    if (cause instanceof RangeError) return false
    throw cause
  }
}

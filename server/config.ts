import path from 'node:path'
import { z } from 'zod'
import { limits } from '#protocol/limits.ts'

/** The only place that reads the environment. */
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')

const port = z.coerce.number().int().min(0).max(65_535)

/** A year, leap years included: the database itself refuses to drop what is younger (`audit_drop_stretch`). */
const MIN_AUDIT_RETENTION_DAYS = 366

/** The server's settings; `docs/settings.md` lists them from here. */
export const settings = z.object({
  LOAXA_DATA_DIR: z.string().default('./data').describe('Where keys, clips and the embedded database live'),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('postgresql://user:password@host/database, or embedded:/absolute/path (default: below LOAXA_DATA_DIR)'),
  DATABASE_OWNER_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .describe(
      'The database of DATABASE_URL under the role that owns its tables, for migrations only: then the role of DATABASE_URL cannot change the audit trail',
    ),
  AUDIT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .refine((days) => days === 0 || days >= MIN_AUDIT_RETENTION_DAYS, `0, or at least ${MIN_AUDIT_RETENTION_DAYS}`)
    .default(0)
    .describe(`How long the audit trail is kept; 0: for ever, otherwise at least ${MIN_AUDIT_RETENTION_DAYS} days`),
  HTTP_HOST: z.string().default('127.0.0.1').describe('Address the console and the API listen on'),
  HTTP_PORT: port.default(8080).describe('0 takes any free port'),
  PUBLIC_URL: z.url().optional().describe('How people and devices reach this server, e.g. https://loa.xa.gov.vn'),
  TRUST_PROXY: z
    .string()
    .regex(/^$|^[0-9a-fA-F.:/, ]+$/)
    .default('')
    .describe('Addresses or networks of reverse proxies whose X-Forwarded-* headers count, with commas between them'),
  HTTP_REQUESTS_PER_MINUTE: z.coerce.number().int().min(60).default(1_200).describe('Limit for one address'),
  HTTP_STRICT_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(5)
    .default(20)
    .describe(
      'Limit for one address on sign-in, set-up and enrolment; raise it while many devices enrol behind one address',
    ),
  ALLOW_INSECURE_ENROLMENT: flag
    .default(false)
    .describe('Lets devices enrol over plain HTTP from other machines: their secret then travels in clear'),
  MQTT_HOST: z.string().default('127.0.0.1').describe('Address the embedded broker listens on without TLS'),
  MQTT_PORT: port.default(1883).describe('0 takes any free port'),
  MQTT_TLS_HOST: z.string().default('0.0.0.0').describe('Address the embedded broker listens on with TLS'),
  MQTT_TLS_PORT: port.default(8883).describe('0 takes any free port'),
  MQTT_TLS_CERT_FILE: z.string().optional().describe('Certificate chain (PEM); with the key it opens the TLS port'),
  MQTT_TLS_KEY_FILE: z.string().optional().describe('Private key (PEM)'),
  MQTT_PUBLIC_URL: z
    .string()
    .regex(/^mqtts?:\/\/[^\s@]+$/)
    .optional()
    .describe('How devices reach the broker; told to them at enrolment'),
  MQTT_CA_FILE: z.string().optional().describe('Certificate authority (PEM) that devices check the broker against'),
  MQTT_URL: z
    .string()
    // Without credentials: devices are told this address.
    .regex(/^mqtts?:\/\/[^\s@]+$/)
    .optional()
    .describe('An external broker instead of the embedded one, without user name and password'),
  MQTT_USERNAME: z.string().default('loaxa-server').describe('The server’s account on an external broker'),
  MQTT_PASSWORD_FILE: z.string().optional().describe('File with that account’s password'),
  MQTT_ACCOUNTS: z
    .enum(['mosquitto', 'none'])
    .default('mosquitto')
    .describe(
      'Who makes device accounts on an external broker: we, through mosquitto’s dynamic-security plugin; or you',
    ),
  CLIP_TRANSPORT: z.enum(['mqtt', 'http', 'auto']).default('mqtt').describe('How clips reach devices'),
  HORIZON_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.maxHorizonDays)
    .default(14)
    .describe('How many days ahead devices hold their plan: so long they play without a network'),
  UPLOAD_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(300 * 1_048_576)
    .describe('Largest sound file that is taken'),
  TIME_ZONE: z.string().default('Asia/Ho_Chi_Minh').describe('Zone of new root areas'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('From which severity on events are logged'),
  STOP_AT_STDIN_END: flag
    .default(false)
    .describe(
      'Stops when its standard input ends: then it never outlives the program that started it and holds the pipe',
    ),
})

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
        readonly tls:
          | { readonly host: string; readonly port: number; readonly certFile: string; readonly keyFile: string }
          | undefined
      }
    | {
        readonly kind: 'external'
        readonly url: string
        readonly userName: string
        readonly passwordFile: string | undefined
        readonly accounts: 'mosquitto' | 'none'
      }
  readonly mqttPublicUrl: string | undefined
  readonly mqttCaFile: string | undefined
  readonly clipTransport: 'mqtt' | 'http' | 'auto'
  readonly horizonDays: number
  readonly uploadMaxBytes: number
  readonly timeZone: string
  readonly logLevel: z.infer<typeof settings>['LOG_LEVEL']
  readonly stopAtStdinEnd: boolean
}

/** One setting is wrong; the message is a sentence for the operator. */
export class ConfigError extends Error {}

/** Reads the settings. Throws ConfigError naming the setting. An empty variable counts as not set. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`The setting ${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`)
  }
  const s = parsed.data
  if (!isTimeZone(s.TIME_ZONE)) {
    throw new ConfigError(`The setting TIME_ZONE names no time zone: ${s.TIME_ZONE}.`)
  }
  if ((s.MQTT_TLS_CERT_FILE === undefined) !== (s.MQTT_TLS_KEY_FILE === undefined)) {
    throw new ConfigError('MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE go together: set both or neither.')
  }
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
      trustProxy: s.TRUST_PROXY.split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
      rateLimits: { perMinute: s.HTTP_REQUESTS_PER_MINUTE, strictPerMinute: s.HTTP_STRICT_REQUESTS_PER_MINUTE },
    },
    allowInsecureEnrolment: s.ALLOW_INSECURE_ENROLMENT,
    mqtt:
      s.MQTT_URL === undefined
        ? {
            kind: 'embedded',
            plain: { host: s.MQTT_HOST, port: s.MQTT_PORT },
            tls:
              s.MQTT_TLS_CERT_FILE !== undefined && s.MQTT_TLS_KEY_FILE !== undefined
                ? {
                    host: s.MQTT_TLS_HOST,
                    port: s.MQTT_TLS_PORT,
                    certFile: s.MQTT_TLS_CERT_FILE,
                    keyFile: s.MQTT_TLS_KEY_FILE,
                  }
                : undefined,
          }
        : {
            kind: 'external',
            url: s.MQTT_URL,
            userName: s.MQTT_USERNAME,
            passwordFile: s.MQTT_PASSWORD_FILE,
            accounts: s.MQTT_ACCOUNTS,
          },
    mqttPublicUrl: s.MQTT_PUBLIC_URL,
    mqttCaFile: s.MQTT_CA_FILE,
    clipTransport: s.CLIP_TRANSPORT,
    horizonDays: s.HORIZON_DAYS,
    uploadMaxBytes: s.UPLOAD_MAX_BYTES,
    timeZone: s.TIME_ZONE,
    logLevel: s.LOG_LEVEL,
    stopAtStdinEnd: s.STOP_AT_STDIN_END,
  }
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

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (cause) {
    if (cause instanceof RangeError) return false
    throw cause
  }
}

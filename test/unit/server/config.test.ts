import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '#server/config.ts'
import { listUnsafeSettings } from '#server/start.ts'

describe('settings', () => {
  test('nothing set: a server for one machine, with its own database and broker', () => {
    const config = readConfig({ LOAXA_DATA_DIR: '/srv/loaxa' })
    expect(config).toMatchObject({
      databaseUrl: 'embedded:/srv/loaxa/postgres',
      http: { host: '127.0.0.1', port: 8080, trustProxy: [] },
      mqtt: { kind: 'embedded', plain: { host: '127.0.0.1', port: 1883 }, tls: undefined },
      allowInsecureEnrolment: false,
    })
  })

  test('takes addresses as they are usually written', () => {
    const { http } = readConfig({ PUBLIC_URL: 'HTTPS://Loa.Xa.gov.vn/', TRUST_PROXY: '127.0.0.1, ::1,10.0.0.0/8' })
    expect(http).toMatchObject({ publicUrl: 'https://loa.xa.gov.vn', trustProxy: ['127.0.0.1', '::1', '10.0.0.0/8'] })
  })

  test('what weakens the protection is listed for the SOC', () => {
    expect(listUnsafeSettings(readConfig({}))).toEqual([])
    expect(listUnsafeSettings(readConfig({ HTTP_HOST: '0.0.0.0', PUBLIC_URL: 'https://loa.xa.gov.vn' }))).toEqual([])
    const weak = { HTTP_HOST: '0.0.0.0', SECOND_FACTOR_ROLES: 'none', ALLOW_INSECURE_ENROLMENT: 'true' }
    expect(listUnsafeSettings(readConfig(weak)).map((detail) => detail.split(/[ :]/)[0])).toEqual([
      'ALLOW_INSECURE_ENROLMENT',
      'SECOND_FACTOR_ROLES',
      'HTTP_HOST',
    ])
  })

  test('an empty variable counts as not set, as compose files write it', () => {
    expect(readConfig({ MQTT_URL: '', DATABASE_URL: '' }).mqtt.kind).toBe('embedded')
  })

  test.each([
    ['HTTP_PORT', 'eighty'],
    ['TIME_ZONE', 'Asia/Hanoi2'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', '10.0.0.0/99'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['PUBLIC_URL', 'loa.xa.gov.vn:8443'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['CLIP_TRANSPORT', 'pigeon'],
    ['HORIZON_DAYS', '61'],
    // Devices are told this address: a password in it would be told to every device.
    ['MQTT_URL', 'mqtt://server:secret@broker:1883'],
    ['MQTT_PUBLIC_URL', 'mqtt://server:secret@broker:1883'],
    ['MQTT_TLS_CERT_FILE', '/etc/loaxa/cert.pem'],
    ['MQTT_TLS', 'none'],
    ['DATABASE_OWNER_URL', 'mysql://owner@db/loaxa'],
    ['SYSLOG_URL', 'syslog.lan'],
    ['SYSLOG_URL', 'udp://syslog.lan:99999'],
    ['SESSION_IDLE_HOURS', '0'],
    ['SESSION_IDLE_HOURS', '1.5'],
    ['AUDIT_RETENTION_DAYS', '30'],
    ['ALLOW_PLAIN_MQTT', 'yes'],
  ])('%s=%s stops the start with a sentence that names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ [name]: value })).toThrow(name)
    // In words, and neither a program's nor a pattern.
    expect(() => readConfig({ [name]: value })).not.toThrow(/Invalid|Too |expected|received|\/\^|\\/)
  })

  test('the broker’s certificate is from files or our own, never from both', () => {
    const tlsOf = (environment: NodeJS.ProcessEnv) => {
      const { mqtt } = readConfig(environment)
      return mqtt.kind === 'embedded' ? mqtt.tls?.certificate : expect.fail('external')
    }
    const files = { MQTT_TLS_CERT_FILE: '/etc/cert.pem', MQTT_TLS_KEY_FILE: '/etc/key.pem' }
    expect(tlsOf(files)).toEqual({ kind: 'files', certFile: '/etc/cert.pem', keyFile: '/etc/key.pem' })
    expect(tlsOf({ MQTT_TLS: 'dev-ca' })).toEqual({ kind: 'dev-ca' })
    expect(() => readConfig({ ...files, MQTT_TLS: 'dev-ca' })).toThrow(ConfigError)
  })
})

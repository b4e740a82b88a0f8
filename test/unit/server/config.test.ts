import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '#server/config.ts'

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

  test('an empty variable counts as not set, as compose files write it', () => {
    expect(readConfig({ MQTT_URL: '', DATABASE_URL: '' }).mqtt.kind).toBe('embedded')
  })

  test.each([
    ['HTTP_PORT', 'eighty'],
    ['TIME_ZONE', 'Asia/Hanoi2'],
    ['TRUST_PROXY', 'true'],
    ['CLIP_TRANSPORT', 'pigeon'],
    ['HORIZON_DAYS', '61'],
    // Devices are told this address: a password in it would be told to every device.
    ['MQTT_URL', 'mqtt://server:secret@broker:1883'],
    ['MQTT_PUBLIC_URL', 'mqtt://server:secret@broker:1883'],
    ['MQTT_TLS_CERT_FILE', '/etc/loaxa/cert.pem'],
    ['MQTT_TLS', 'none'],
  ])('%s=%s stops the start with a sentence that names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ [name]: value })).toThrow(name)
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

import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSocket } from '#agent/io/socket.ts'
import { instantMs } from '#protocol/time.ts'
import { readConfig } from '#server/config.ts'
import { loadDevCa } from '#server/mqtt/dev-ca.ts'
import { openLink } from '#server/mqtt/open.ts'
import { settlePort } from '#server/start.ts'
import { createTestClock } from '../../support/clock.ts'
import { recordSecurity } from '../../support/security.ts'

const DAY_MS = 24 * 3_600_000
const names = ['loa.example.vn', 'localhost', '127.0.0.1', '::1']

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'loaxa-ca-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('the built-in certificate authority', () => {
  it('is made once, for its owner’s eyes only; its certificate is for the names and for servers alone', async () => {
    const directory = path.join(await makeFolder(), 'keys')
    const clock = { now: () => instantMs.parse(Date.now()) }
    const made = await loadDevCa({ directory, names, clock })
    expect(await loadDevCa({ directory, names, clock })).toEqual(made)
    expect((await readdir(directory)).sort()).toEqual(['broker-ca.pem', 'broker-tls.pem'])
    for (const name of await readdir(directory)) {
      expect((await stat(path.join(directory, name))).mode & 0o777).toBe(0o600)
    }
    expect(made.caPem).not.toContain('PRIVATE')
    const [authority, certificate] = [new X509Certificate(made.caPem), new X509Certificate(made.certificatePem)]
    expect([authority.ca, certificate.ca, certificate.verify(authority.publicKey)]).toEqual([true, false, true])
    expect(certificate.subjectAltName).toBe(
      'DNS:loa.example.vn, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    )
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('issues another certificate before one ends, and when the server has another name; the authority stays', async () => {
    const directory = await makeFolder()
    const now = Date.now()
    const at = (ms: number) => ({ now: () => instantMs.parse(ms) })
    const first = await loadDevCa({ directory, names, clock: at(now) })
    const later = await loadDevCa({ directory, names, clock: at(now + 330 * DAY_MS) })
    expect(later.certificatePem).toBe(first.certificatePem)
    const renewed = await loadDevCa({ directory, names, clock: at(now + 340 * DAY_MS) })
    expect(renewed.certificatePem).not.toBe(first.certificatePem)
    const renamed = await loadDevCa({ directory, names: ['other.example.vn'], clock: at(now) })
    expect(new X509Certificate(renamed.certificatePem).checkHost('other.example.vn')).toBe('other.example.vn')
    expect([renewed.caPem, renamed.caPem]).toEqual([first.caPem, first.caPem])
  })
})

describe('the broker’s TLS port', () => {
  it('opens with MQTT_TLS=dev-ca, and a device that was told the authority verifies it', async () => {
    const dataDir = await makeFolder()
    const port = await settlePort(0, '127.0.0.1')
    const config = readConfig({
      LOAXA_DATA_DIR: dataDir,
      MQTT_PORT: '0',
      MQTT_TLS: 'dev-ca',
      MQTT_TLS_HOST: '127.0.0.1',
      MQTT_TLS_PORT: String(port),
    })
    const deps = {
      log: pino({ level: 'silent' }),
      security: recordSecurity(),
      clock: createTestClock(),
      verifyDevice: async () => false,
    }
    const chosen = await openLink(config, { plainPort: 0, address: `mqtts://localhost:${port}` }, deps)
    onTestFinished(() => chosen.link.close())
    await chosen.open(() => {})
    const { caPem } = chosen
    const address = { isTls: true, host: 'localhost', port }
    const socket = await openSocket(address, { caPem, isClockTrusted: true })
    const serverOf = (one: typeof socket) =>
      one instanceof tls.TLSSocket ? one.getPeerX509Certificate()?.fingerprint256 : undefined
    const before = serverOf(socket)
    expect(before).toBeDefined()
    socket.destroy()
    await expect(openSocket(address, { caPem: null, isClockTrusted: true })).rejects.toThrow(/self-signed|certificate/)
    await expect(openSocket(address, { caPem: null, isClockTrusted: false })).rejects.toThrow('unknown-issuer')

    // Renewed while it runs: who comes next sees the new one, checked against the same authority.
    await chosen.renewCertificate()
    const same = await openSocket(address, { caPem, isClockTrusted: true })
    expect(serverOf(same)).toBe(before)
    same.destroy()
    await rm(path.join(dataDir, 'keys/broker-tls.pem'))
    await chosen.renewCertificate()
    const next = await openSocket(address, { caPem, isClockTrusted: true })
    expect(serverOf(next)).not.toBe(before)
    next.destroy()
  })

  it('takes up certificate files that were renewed, and keeps what it has while they are half written', async () => {
    const dataDir = await makeFolder()
    const clock = { now: () => instantMs.parse(Date.now()) }
    const made = await loadDevCa({ directory: path.join(dataDir, 'a'), names, clock })
    const [certFile, keyFile] = [path.join(dataDir, 'cert.pem'), path.join(dataDir, 'key.pem')]
    await writeFile(certFile, made.certificatePem)
    await writeFile(keyFile, made.privateKeyPem, { mode: 0o600 })
    const port = await settlePort(0, '127.0.0.1')
    const config = readConfig({
      LOAXA_DATA_DIR: dataDir,
      MQTT_PORT: '0',
      MQTT_TLS_CERT_FILE: certFile,
      MQTT_TLS_KEY_FILE: keyFile,
      MQTT_TLS_HOST: '127.0.0.1',
      MQTT_TLS_PORT: String(port),
    })
    const deps = {
      log: pino({ level: 'silent' }),
      security: recordSecurity(),
      clock: createTestClock(),
      verifyDevice: async () => false,
    }
    const chosen = await openLink(config, { plainPort: 0, address: `mqtts://localhost:${port}` }, deps)
    onTestFinished(() => chosen.link.close())
    await chosen.open(() => {})
    expect(chosen.caPem).toBeNull()
    const address = { isTls: true, host: 'localhost', port }
    await writeFile(certFile, (await readFile(certFile, 'utf8')).slice(0, 200))
    await expect(chosen.renewCertificate()).rejects.toThrow()
    const socket = await openSocket(address, { caPem: made.caPem, isClockTrusted: true })
    socket.destroy()
  })
})

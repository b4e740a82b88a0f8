import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#server/clock.ts'
import { createSecurityEvents, type SecurityReporter } from '#server/security/events.ts'
import { openSyslog, type SyslogDeps, type SyslogSender } from '#server/security/syslog.ts'
import { formatSyslog } from '#server/security/syslog-format.ts'
import { type ReceivedLine, startRsyslog, type TestRsyslog } from '../../support/rsyslog.ts'

let rsyslog: TestRsyslog
let senders: SyslogSender[] = []
let logged: string[] = []
let onLog: (text: string) => void = () => {}
const write = (line: string): void => {
  const { msg } = JSON.parse(line)
  logged.push(msg)
  onLog(msg)
}
const log = pino({ level: 'info' }, { write })
const away = 'the SOC cannot be reached; its events wait'
const origin = { facility: 'authpriv', hostName: 'loa-xa.gov.vn', processId: 4711 } as const

/** As the server composes it. */
function open(target: SyslogDeps['target'], options: Partial<SyslogDeps> = {}): SecurityReporter {
  const sender = openSyslog({ target, log, onLost: () => {}, retryMs: { first: 20, largest: 100 }, ...options })
  senders.push(sender)
  return createSecurityEvents({
    log: pino({ level: 'silent' }),
    clock: systemClock,
    channels: [(event) => sender.send(formatSyslog(event, systemClock.now(), origin))],
    floodLimits: { perMinute: 100_000, maxSources: 10 },
  })
}
const detailOf = ({ structuredData }: ReceivedLine): string | undefined => /detail="([^"]*)"/.exec(structuredData)?.[1]

beforeAll(async () => {
  rsyslog = await startRsyslog()
})
afterAll(() => rsyslog.stop())
afterEach(async () => {
  for (const sender of senders) await sender.close()
  senders = []
  logged = []
  onLog = () => {}
})

describe('rsyslog', () => {
  it.each(['udp', 'tcp'] as const)('understands an event over %s', async (protocol) => {
    const before = (await rsyslog.received(0)).length
    const port = protocol === 'udp' ? rsyslog.udpPort : rsyslog.tcpPort
    const security = open({ protocol, host: '127.0.0.1', port })
    security.report('sign-in-failed', { userName: 'Nguyễn "An" \\ [x]\n<86>1 forged', address: '2001:db8::7' })
    security.report('ledger-forked', { deviceId: 'd1', detail: 'second' })
    const [first, second] = (await rsyslog.received(before + 2)).slice(before)
    expect(first).toMatchObject({
      pri: '84',
      hostName: 'loa-xa.gov.vn',
      appName: 'loaxa',
      procId: '4711',
      msgId: 'sign-in-failed',
      structuredData: String.raw`[loaxa@32473 code="sign-in-failed" userName="Nguyễn \"An\" \\ [x\] <86>1 forged" address="2001:db8::7"]`,
      message: '\uFEFFA user name, password or one-time code was wrong',
    })
    expect(Date.parse(first?.timestamp ?? '')).toBeLessThanOrEqual(systemClock.now())
    expect(second).toMatchObject({ pri: '82', msgId: 'ledger-forked' })
  })

  it('gets over TCP what happened while it was away, the newest of it, and how many were lost', async () => {
    const before = (await rsyslog.received(0)).length
    const lost: number[] = []
    const security = open(
      { protocol: 'tcp', host: '127.0.0.1', port: rsyslog.tcpPort },
      {
        maxWaiting: 3,
        onLost: (count) => {
          lost.push(count)
          security.report('events-lost', { detail: String(count) })
        },
      },
    )
    const report = (detail: string): void => security.report('mqtt-flood', { deviceId: 'd', detail })
    report('before')
    await rsyslog.received(before + 1)
    const noticed = new Promise<void>((resolve) => {
      onLog = (text) => text === away && resolve()
    })
    await rsyslog.kill()
    await noticed
    for (let i = 1; i <= 10; i++) report(`${i}`)
    await rsyslog.start()
    const lines = (await rsyslog.received(before + 5)).slice(before)
    expect(lines.map(({ msgId }) => msgId)).toEqual([...Array(4).fill('mqtt-flood'), 'events-lost'])
    expect(lines.map(detailOf)).toEqual(['before', '8', '9', '10', '7'])
    expect(lost).toEqual([7])
    expect(logged).toEqual([away, 'the SOC is reached again'])
  })

  it('gets all of many events over TCP, in their order', async () => {
    const before = (await rsyslog.received(0)).length
    const security = open({ protocol: 'tcp', host: '127.0.0.1', port: rsyslog.tcpPort })
    for (let i = 0; i < 3_000; i++) security.report('signed-in', { accountId: 'a', detail: `${i}` })
    const lines = (await rsyslog.received(before + 3_000)).slice(before)
    expect(lines.map(detailOf)).toEqual(Array.from({ length: 3_000 }, (_, i) => `${i}`))
  })
})

it('keeps the server from nothing while there is no SOC', async () => {
  const { tcpPort } = rsyslog
  await rsyslog.kill()
  const security = open({ protocol: 'tcp', host: '127.0.0.1', port: tcpPort })
  security.report('signed-in', {})
  await Promise.all(senders.map((sender) => sender.close()))
  senders = []
  await rsyslog.start()
})

describe('over TLS', () => {
  it('sends the same frames, and only to whom it can verify', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-syslog-tls-'))
    const [key, certificate] = [path.join(dir, 'key.pem'), path.join(dir, 'certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
    await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate])
    const cert = await readFile(certificate, 'utf8')
    const server = tls.createServer({ cert, key: await readFile(key, 'utf8') })
    await rm(dir, { recursive: true })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const target = { protocol: 'tls', host: 'localhost', port: address.port } as const

    const distrust = once(server, 'tlsClientError')
    open(target).report('signed-in', { detail: 'to a stranger' })
    await distrust
    for (const sender of senders.splice(0)) await sender.close()

    const connected = once(server, 'secureConnection')
    open({ ...target, caPem: cert }).report('signed-in', { detail: 'đúng nơi' })
    const [socket] = (await connected) as [Socket]
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    const space = chunk.indexOf(' ')
    expect(chunk.subarray(space + 1).byteLength).toBe(Number(chunk.subarray(0, space).toString()))
    expect(chunk.toString()).toContain('detail="đúng nơi"')
    socket.destroy()
    server.close()
  })
})

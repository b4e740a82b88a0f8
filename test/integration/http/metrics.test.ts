import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMetricsDoor, metricsRoutes } from '#server/http/metrics-route.ts'
import { createMetrics, type Metrics } from '#server/metrics.ts'
import { securityCodes } from '#server/security/codes.ts'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { type RecordedSecurity, recordSecurity } from '../../support/security.ts'

const token = 'a-token-of-this-test-only'
const log = pino({ level: 'silent' })
let metrics: Metrics
let security: RecordedSecurity
let test: TestApp

beforeAll(async () => {
  metrics = createMetrics({ version: '1.2.3', processMetrics: false, log })
  security = recordSecurity()
  test = await createTestApp({
    rootRoutes: () => [metricsRoutes({ metrics })],
    app: { metricsDoor: createMetricsDoor(token, security), onAnswered: metrics.countAnswer },
  })
})
afterAll(() => test.close())

const ask = (authorization?: string) =>
  test.inject({ url: '/metrics', headers: authorization === undefined ? {} : { authorization } })
const read = async (): Promise<string[]> => (await ask(`Bearer ${token}`)).body.split('\n')

describe('the metrics', () => {
  it('are Prometheus’ text, for the token alone', async () => {
    const answer = await ask(`bearer ${token}`)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).toContain('loaxa_build_info{version="1.2.3"} 1\n')
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Basic ${token}`,
    token,
  ])('are refused to %s', async (authorization) => {
    const before = security.reported.length
    const answer = await ask(authorization)
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'not-signed-in'])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="loaxa-metrics"')
    expect(security.codes().slice(before)).toEqual(['metrics-refused'])
    expect(JSON.stringify(security.reported)).not.toContain(token.slice(1))
  })

  it('are refused to whoever is signed in, too', async () => {
    const area = await test.makeArea('province', 'Lào Cai')
    const admin = await test.signInAs({ areaId: area, role: 'administrator' })
    expect((await admin.call('GET', '/metrics')).statusCode).toBe(401)
  })

  it('are not there without a token, nor open when somebody forgets their door', async () => {
    const closed = await createTestApp()
    expect((await closed.inject({ url: '/metrics' })).statusCode).toBe(404)
    await closed.close()
    const forgotten = await createTestApp({ rootRoutes: () => [metricsRoutes({ metrics })] })
    const answer = await forgotten.inject({ url: '/metrics', headers: { authorization: 'Bearer undefined' } })
    expect(answer.statusCode).toBe(401)
    await forgotten.close()
  })
})

describe('what is counted', () => {
  it('is every code of security events, from 0 on', async () => {
    for (const code of Object.keys(securityCodes))
      expect(await read()).toContain(`loaxa_security_events_total{code="${code}"} 0`)
    metrics.countSecurityEvent('ledger-forked')
    metrics.countSecurityEvent('ledger-forked')
    expect(await read()).toContain('loaxa_security_events_total{code="ledger-forked"} 2')
  })

  it('is each answer by its class', async () => {
    const count = async (status: string): Promise<number> =>
      Number(
        (await read()).find((line) => line.startsWith(`loaxa_http_requests_total{status="${status}"}`))?.split(' ')[1],
      )
    const [ok, refused] = [await count('2xx'), await count('4xx')]
    await test.inject({ url: '/healthz' })
    await test.inject({ url: '/nothing' })
    expect([await count('4xx'), await count('5xx')]).toEqual([refused + 1, 0])
    expect(await count('2xx')).toBeGreaterThan(ok)
  })

  it('is also what others count, and what can be read at the moment', async () => {
    let devices: number | undefined = 7
    metrics.gauge('loaxa_test_devices', 'for this test', async () => {
      if (devices === undefined) throw new Error('the database is away')
      return devices
    })
    metrics.counts('loaxa_test_messages_total', 'for this test', 'outcome', () => ({ handled: 5, failed: 0 }))
    metrics.countLedgerEntries(12)
    const lines = await read()
    expect(lines).toContain('loaxa_test_devices 7')
    expect(lines).toContain('loaxa_test_messages_total{outcome="handled"} 5')
    expect(lines).toContain('loaxa_ledger_entries_total 12')
    expect(await read()).toContain('loaxa_test_messages_total{outcome="handled"} 5')
    devices = undefined
    const without = await read()
    expect(without.some((line) => line.startsWith('loaxa_test_devices'))).toBe(false)
    expect(without).toContain('loaxa_test_messages_total{outcome="failed"} 0')
    devices = 8
    expect(await read()).toContain('loaxa_test_devices 8')
  })
})

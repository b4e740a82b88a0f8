import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#server/config.ts'
import { openLink } from '#server/mqtt/open.ts'
import { StartError } from '#server/start.ts'
import { createTestClock } from '../../support/clock.ts'
import { recordSecurity } from '../../support/security.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-open-'))
  await writeFile(path.join(dir, 'password'), 'secret', { mode: 0o600 })
})
afterAll(() => rm(dir, { recursive: true }))

/** Opens it as the server does at its start, and closes it before anybody is heard. */
async function start(settings: Record<string, string>): Promise<string[]> {
  const security = recordSecurity()
  const deps = { log: pino({ level: 'silent' }), security, clock: createTestClock(), verifyDevice: async () => false }
  const config = readConfig({ MQTT_PASSWORD_FILE: path.join(dir, 'password'), ...settings })
  const { link } = await openLink(config, { plainPort: 0, address: 'mqtt://127.0.0.1:1883' }, deps)
  await link.close()
  return security.reported.map(({ code, facts }) => `${code} ${facts.detail ?? ''}`)
}

describe('MQTT without TLS', () => {
  it.each([
    { MQTT_HOST: '127.0.0.1' },
    { MQTT_HOST: '127.0.0.53' },
    { MQTT_HOST: '::1' },
    { MQTT_HOST: 'localhost' },
    { MQTT_URL: 'mqtt://127.0.0.1:1883' },
    { MQTT_URL: 'mqtt://[::1]:1883' },
    { MQTT_URL: 'mqtts://broker.example:8883' },
  ])('stays on this machine with %o, and needs no permission', async (settings) => {
    expect(await start(settings)).toEqual([])
  })

  it.each<[Record<string, string>, string]>([
    [{ MQTT_HOST: '0.0.0.0' }, 'MQTT_HOST'],
    [{ MQTT_HOST: '::' }, 'MQTT_HOST'],
    [{ MQTT_HOST: '192.0.2.7' }, 'MQTT_HOST'],
    [{ MQTT_HOST: 'broker.lan' }, 'MQTT_HOST'],
    [{ MQTT_URL: 'mqtt://broker.lan:1883' }, 'MQTT_URL'],
  ])('leaves it with %o only when allowed, and then the SOC is told', async (settings, named) => {
    const refused = start(settings)
    await expect(refused).rejects.toThrow(StartError)
    await expect(refused).rejects.toThrow(new RegExp(`^${named} .*ALLOW_PLAIN_MQTT=true`))
    const told = await start({ ...settings, ALLOW_PLAIN_MQTT: 'true' })
    expect(told).toEqual([expect.stringMatching(new RegExp(`^settings-unsafe ALLOW_PLAIN_MQTT: ${named} `))])
  })
})

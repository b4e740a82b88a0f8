import { execFile } from 'node:child_process'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { device } from '#server/devices/schemas.ts'
import { settlePort } from '#server/start.ts'
import { waitFor } from '../../../tools/api-client.ts'
import {
  addSpeaker,
  type Commune,
  makeCommune,
  makeProgramme,
  schedule,
  waitUntilReady,
  waitUntilReported,
} from '../../support/commune.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../../support/speaker.ts'
import { makeToneWav } from '../../support/tones.ts'

const run = promisify(execFile)
const jwks = z.object({ keys: z.array(z.object({ kid: z.string() })) })
const itemMs = 2_000

/** Over TLS with the built-in authority: a speaker plays while the server's key is rotated, and after it was recovered. */
let server: TestServer
let commune: Commune
let speaker: TestSpeaker
let deviceId: string
let programme: { programmeId: string; durationMs: number }
let offline: string

beforeAll(async () => {
  const port = await settlePort(0, '127.0.0.1')
  const tls = { MQTT_TLS: 'dev-ca', MQTT_TLS_HOST: '127.0.0.1', MQTT_TLS_PORT: String(port) }
  server = await startServer({ env: { ...tls, MQTT_PUBLIC_URL: `mqtts://localhost:${port}` } })
  offline = path.join(server.dataDir, 'offline.pem')
  await rename(path.join(server.dataDir, 'keys/recovery-key.pem'), offline)
  commune = await makeCommune(server)
  const made = await addSpeaker(commune, 'Loa Đông')
  deviceId = made.deviceId
  const { code } = made
  speaker = await startSpeaker({ name: 'Loa Đông', serverUrl: server.url, code, env: { LOAXA_SINK: 'null' } })
  const wavs = [makeToneWav([{ frequencyHz: 500, durationMs: itemMs }])]
  programme = await makeProgramme(commune, 'Bản tin', wavs)
})
afterAll(async () => {
  await speaker?.stop()
  await server?.stop()
})

async function playOnce(): Promise<void> {
  await waitFor(commune.administrator, 'the speaker to be online', 60_000, async () => {
    const { status } = await commune.administrator.get(`/api/devices/${deviceId}`, device)
    return status === 'online' ? true : undefined
  })
  const { broadcastId } = await schedule(commune, programme.programmeId, 6_000)
  await waitUntilReady(commune, broadcastId, 1)
  const reported = await waitUntilReported(commune, broadcastId)
  expect(reported.items).toMatchObject([{ outcome: 'played' }])
}

/** As an operator does it, beside the running server; resolves when that signs with the new key. */
async function manageKeys(...words: string[]): Promise<void> {
  const isTakenUp = (line: string): boolean => line.includes('"event":"key-taken-up"')
  let others = server.process().output().split('\n').filter(isTakenUp).length
  const takenUp = server.process().line((line) => isTakenUp(line) && others-- === 0, 'the key was taken up')
  const file = path.resolve(import.meta.dirname, '../../../dist/server.mjs')
  const { stdout } = await run(process.execPath, [file, 'keys', ...words], {
    env: { ...process.env, LOAXA_DATA_DIR: server.dataDir },
  })
  const keyId = /signing key: (\S+)/.exec(stdout)?.[1]
  await takenUp
  const listed = jwks.parse(await (await fetch(`${server.url}/.well-known/jwks.json`)).json())
  expect(listed.keys[0]?.kid).toBe(keyId)
}

describe('the server’s key', () => {
  test('is rotated and recovered while a speaker plays over TLS, and nobody touches the speaker', async () => {
    await playOnce()
    await manageKeys('rotate')
    await playOnce()
    await manageKeys('recover', '--recovery-key', offline)
    await playOnce()
    await server.kill()
    await server.restart()
    await speaker.kill()
    await speaker.restart()
    await playOnce()
  }, 180_000)
})

import { readFile, watch } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { airtimeReport } from '#server/airtime/schemas.ts'
import { waitFor } from '../../../tools/api-client.ts'
import type { TcpProxy } from '../../../tools/tcp-proxy.ts'
import { startTcpProxy } from '../../../tools/tcp-proxy.ts'
import {
  addSpeaker,
  type Commune,
  makeCommune,
  makeProgramme,
  readOccurrence,
  schedule,
  waitUntilReady,
  waitUntilReported,
} from '../../support/commune.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../../support/speaker.ts'
import { makeToneWav } from '../../support/tones.ts'

/** The server dies, an agent dies, the network goes: no expected play is lost and none counts twice. */
const itemMs = 4000
const items = 4
const names = ['Loa Đông', 'Loa Đoài']

const checkpoints = z.object({ plays: z.array(z.object({ startedAt: z.number().nullable(), heardMs: z.number() })) })

let proxy: TcpProxy
let server: TestServer
let commune: Commune
const speakers: TestSpeaker[] = []
let programme: { programmeId: string; durationMs: number }

beforeAll(async () => {
  let broker = { host: '127.0.0.1', port: 1 }
  proxy = await startTcpProxy({ target: () => broker })
  server = await startServer({ env: { MQTT_PUBLIC_URL: `mqtt://127.0.0.1:${proxy.port}` } })
  broker = { host: '127.0.0.1', port: Number(new URL(server.mqttUrl ?? '').port) }
  commune = await makeCommune(server)
  for (const name of names) {
    const { code } = await addSpeaker(commune, name)
    speakers.push(await startSpeaker({ name, serverUrl: server.url, code, env: { LOAXA_SINK: 'null' } }))
  }
  const wavs = Array.from({ length: items }, (_, index) =>
    makeToneWav([{ frequencyHz: 500 + 100 * index, durationMs: itemMs }]),
  )
  programme = await makeProgramme(commune, 'Bản tin', wavs)
})

afterAll(async () => {
  for (const speaker of speakers) await speaker.stop()
  await server?.stop()
  await proxy?.close()
})

/** Schedules a programme and waits until both speakers hold it. */
async function broadcastSoon(delayMs = 5_000, { programmeId } = programme) {
  const made = await schedule(commune, programmeId, delayMs)
  await waitUntilReady(commune, made.broadcastId, speakers.length)
  return made
}

/** Until the speaker itself says that `count` more plays have begun or ended: the server may be away. */
function untilSpeakerSays(speaker: TestSpeaker, what: 'sounding' | 'play ended', count: number): Promise<string> {
  const past = speaker.process().output().split(`"message":"${what}"`).length - 1
  let seen = 0
  return speaker.process().line((line) => {
    if (!line.includes(`"message":"${what}"`)) return false
    seen += 1
    return seen === past + count
  }, `${count} × ${what}`)
}

/** Until what the speaker would know after a crash of one of its plays satisfies `test`. */
async function untilCheckpoint(
  speaker: TestSpeaker,
  test: (play: { startedAt: number; heardMs: number }) => boolean,
): Promise<void> {
  const file = path.join(speaker.stateDir, 'checkpoint.json')
  const read = async (): Promise<boolean> => {
    const { plays } = checkpoints.parse(JSON.parse(await readFile(file, 'utf8')))
    return plays.some(({ startedAt, heardMs }) => startedAt !== null && test({ startedAt, heardMs }))
  }
  // Watched first: what changes while we read is not missed.
  const changes = watch(speaker.stateDir, { signal: AbortSignal.timeout(20_000) })
  if (await read()) return
  for await (const _change of changes) if (await read()) return
}

function untilPlaying(broadcastId: string) {
  return waitFor(commune.editor, 'both to play', 30_000, async () =>
    (await readOccurrence(commune, broadcastId))?.devices.playing === speakers.length ? true : undefined,
  )
}

async function expectAirtime(broadcast: { startAtMs: number }, played: { outOfMs: number; heardMs: number }) {
  const endAtMs = broadcast.startAtMs + items * itemMs
  const window = `from=${new Date(broadcast.startAtMs).toISOString()}&to=${new Date(endAtMs).toISOString()}`
  const airtime = await commune.administrator.get(`/api/airtime?${window}&by=device`, airtimeReport)
  expect(airtime.total).toMatchObject({
    expectedMs: played.outOfMs,
    playedMs: played.heardMs,
    unknownMs: 0,
    extraMs: 0,
  })
}

const heardOf = (reported: { items: { heardMs: number }[] }): number =>
  reported.items.reduce((sum, item) => sum + item.heardMs, 0)

describe('the server is killed while devices play and report', () => {
  test('they play on, deliver again, and nothing is lost or counted twice', async () => {
    const first = await broadcastSoon()
    const second = await broadcastSoon(5_000 + programme.durationMs + 4_000)
    await untilPlaying(first.broadcastId)
    const ended = speakers.map((speaker) => untilSpeakerSays(speaker, 'play ended', 2 * items))
    await server.kill()
    // The second one begins, and ends, while there is no server.
    await Promise.all(ended)
    await server.restart()
    for (const one of [first, second]) {
      const reported = await waitUntilReported(commune, one.broadcastId)
      expect(reported.items).toHaveLength(items * speakers.length)
      expect(reported.items.map((item) => item.outcome)).toEqual(reported.items.map(() => 'played'))
      expect(heardOf(reported)).toBe(programme.durationMs * speakers.length)
      await expectAirtime(one, { outOfMs: programme.durationMs * speakers.length, heardMs: heardOf(reported) })
    }
  })
})

describe('an agent is killed while it plays', () => {
  /** As long as the other programme; the middle one goes on for longer than any machine takes to carry out a kill. */
  const durationsMs = [2_000, 12_000, 2_000]

  test('the interrupted item is partial with its reason, the rest is played, each once', async () => {
    const wavs = durationsMs.map((durationMs) => makeToneWav([{ frequencyHz: 900, durationMs }]))
    const long = await makeProgramme(commune, 'Bản tin dài', wavs)
    const made = await broadcastSoon(5_000, long)
    const [victim] = speakers
    if (victim === undefined) throw new Error('no speaker')
    // The first item is on record, and the disk knows that the second sounds, which has some ten seconds left.
    await Promise.all([untilSpeakerSays(victim, 'play ended', 1), untilSpeakerSays(victim, 'sounding', 2)])
    const secondFrom = made.startAtMs + 1_000
    await untilCheckpoint(victim, ({ startedAt, heardMs }) => startedAt > secondFrom && heardMs > 0)
    await victim.kill()
    await victim.restart()
    const reported = await waitUntilReported(commune, made.broadcastId)
    const ofVictim = reported.items.filter((item) => item.deviceName === names[0])
    expect(ofVictim).toMatchObject([
      { outcome: 'played', reason: null },
      { outcome: 'partial', reason: { code: 'agent-restarted' } },
      { outcome: 'played', reason: null },
    ])
    expect(ofVictim[1]?.heardMs).toBeGreaterThan(0)
    expect(ofVictim[1]?.heardMs).toBeLessThan(12_000)
    const ofOther = reported.items.filter((item) => item.deviceName === names[1])
    expect(ofOther.map((item) => item.outcome)).toEqual(ofOther.map(() => 'played'))
    await expectAirtime(made, { outOfMs: long.durationMs * speakers.length, heardMs: heardOf(reported) })
  })
})

describe('the network is cut while devices play', () => {
  test('outcomes are unknown meanwhile, never guessed, and whole afterwards', async () => {
    const made = await broadcastSoon()
    await untilPlaying(made.broadcastId)
    const ended = speakers.map((speaker) => untilSpeakerSays(speaker, 'play ended', items))
    proxy.cut()
    await Promise.all(ended)
    const meanwhile = await readOccurrence(commune, made.broadcastId)
    expect(meanwhile?.devices.missed).toBe(0)
    expect(meanwhile?.items.some((item) => item.outcome === 'unknown')).toBe(true)
    proxy.heal()
    const reported = await waitUntilReported(commune, made.broadcastId)
    expect(reported.items.map((item) => item.outcome)).toEqual(reported.items.map(() => 'played'))
    await expectAirtime(made, {
      outOfMs: programme.durationMs * speakers.length,
      heardMs: programme.durationMs * speakers.length,
    })
  })
})

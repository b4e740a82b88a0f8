import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { instantMs } from '#protocol/time.ts'
import { findSounds, findTones } from '../../support/listen.ts'
import { readWavRecording } from '../../support/wav-file.ts'
import { aheadBy, isEntry, launch, planTones, tone } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Việt Nam, UTC+7. */
const quarterPastThree = Math.ceil(systemClock.now() / DAY) * DAY + (24 + 3 - 7) * 60 * MINUTE + 15 * MINUTE
const windowOf = (fromAt: number, toAt: number) => ({ fromAt: instantMs.parse(fromAt), toAt: instantMs.parse(toAt) })
const alert = {
  kind: 'alert',
  title: 'Bão',
  audio: Buffer.from(tone(1_500, 400)).toString('base64'),
  durationMs: 400,
  repeats: 1,
  gapMs: 0,
  volumePercent: 90,
} as const

describe('the permitted hours, kept by the device itself', () => {
  it('a rightly signed play at 03:15 stays silent and is on record; an emergency is heard', async () => {
    const offsetMs = quarterPastThree - 2_500 - systemClock.now()
    const server = await startServerDouble()
    server.double.timeOffsetMs = offsetMs
    const sink = { kind: 'wav', path: path.join(await makeFolder(), 'heard.wav'), bufferMs: 60 } as const
    const { agent, heard } = await launch(server, await makeFolder(), { clock: aheadBy(offsetMs), sink })
    const occurrence = planTones(server, 2_500, [{ frequencyHz: 500, durationMs: 800 }], { priority: 'priority' })
    expect(new Date(occurrence.startAt).toISOString()).toMatch(/T20:1[45]:/)
    const morning = [windowOf(quarterPastThree + 105 * MINUTE, quarterPastThree + 165 * MINUTE)]
    await server.plan([occurrence], { permitted: morning })
    await server.clips.find(({ missing }) => missing.length === 0)
    const missed = await server.entries.find(isEntry('missed'))
    expect(missed).toMatchObject({
      occurrenceId: occurrence.occurrenceId,
      itemId: occurrence.items[0]?.itemId,
      plannedStartAt: occurrence.startAt,
      reason: 'outside-hours',
      clock: 'trusted',
    })
    await server.command({ kind: 'identify' })
    expect(await server.entries.find(isEntry('command'))).toMatchObject({ kind: 'identify', outcome: 'refused' })
    await server.alert({ body: alert })
    await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId !== null))
    await agent.stop()
    const recording = await readWavRecording(sink.path)
    expect(findTones(recording, 0, [500, 880, 1_500]).map(({ frequencyHz }) => frequencyHz)).toEqual([1_500])
    expect(heard.filter(({ type }) => type === 'segment-started')).toHaveLength(1)
  })

  it('at the end of the window what sounds falls silent, and what was to follow is missed', async () => {
    const server = await startServerDouble()
    const sink = { kind: 'wav', path: path.join(await makeFolder(), 'heard.wav'), bufferMs: 60 } as const
    const { agent } = await launch(server, await makeFolder(), { sink })
    const occurrence = planTones(server, 1_500, [
      { frequencyHz: 500, durationMs: 3_000 },
      { frequencyHz: 900, durationMs: 500 },
    ])
    const permitted = [windowOf(occurrence.startAt - MINUTE, occurrence.startAt + 1_000)]
    await server.plan([occurrence], { permitted })
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'outside-hours' })
    const missed = await server.entries.find(isEntry('missed'))
    expect(missed).toMatchObject({ itemId: occurrence.items[1]?.itemId, reason: 'outside-hours' })
    await agent.stop()
    const [sound, ...more] = findSounds(await readWavRecording(sink.path), 0)
    expect(more).toEqual([])
    // The grace at the end of a window, for sound cards that run slow.
    expect(sound?.durationMs).toBeGreaterThan(950)
    expect(sound?.durationMs).toBeLessThan(1_350)
  })

  it('what an emergency held is not resumed past the window', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const occurrence = planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 2_000 }])
    await server.plan([occurrence], { permitted: [windowOf(occurrence.startAt - MINUTE, occurrence.startAt + 2_100)] })
    await server.states.find((state) => state.playing !== null)
    await server.alert({ body: { ...alert, repeats: 3 } })
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId === null))
    expect(end).toMatchObject({ outcome: 'partial' })
    expect(['preempted', 'outside-hours']).toContain(end.type === 'play-ended' && end.reason)
    const stretches = server.entries.all.filter(isEntry('segment', ({ play }) => play.alertId === null))
    expect(stretches).toHaveLength(1)
  })
})

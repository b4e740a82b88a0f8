import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSounds, findTones } from '../../support/listen.ts'
import { readWavRecording } from '../../support/wav-file.ts'
import { isEntry, launch, planTones, tone } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

describe('a lead-in', () => {
  it('of its own sound ends exactly when the occurrence starts, and is no airtime', async () => {
    const server = await startServerDouble()
    const sink = { kind: 'wav', path: path.join(await makeFolder(), 'heard.wav'), bufferMs: 60 } as const
    const { agent, heard } = await launch(server, await makeFolder(), { sink })
    const clip = server.addBlob(tone(900, 1_000))
    const occurrence = planTones(server, 3_500, [{ frequencyHz: 500, durationMs: 800 }], {
      leadIn: { kind: 'clip', clip, durationMs: 1_000 },
    })
    await server.plan([occurrence])
    const { held } = await server.clips.find(({ missing }) => missing.length === 0)
    expect(held).toContain(clip.sha256)
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 800, play: { itemId: occurrence.items[0]?.itemId } })
    await agent.stop()
    expect(server.entries.all.filter(isEntry('play-started'))).toHaveLength(1)

    const leadEnd = heard.find((event) => event.type === 'segment-ended' && event.segmentId === 'lead-in')
    const itemStart = heard.find((event) => event.type === 'segment-started' && event.segmentId !== 'lead-in')
    if (leadEnd?.type !== 'segment-ended' || itemStart?.type !== 'segment-started') throw new Error('not heard')
    expect(leadEnd).toMatchObject({ heardMs: 1_000, outcome: 'played' })
    expect(Math.abs(leadEnd.endedAtMs - itemStart.atMs)).toBeLessThan(1)
    const recording = await readWavRecording(sink.path)
    expect(findSounds(recording, 0)).toHaveLength(1)
    expect(findTones(recording, 0, [500, 900]).map(({ frequencyHz }) => frequencyHz)).toEqual([900, 500])
  })

  it('chimes, and gives way to an emergency for good: the occurrence begins without it', async () => {
    const server = await startServerDouble()
    const { heard } = await launch(server, await makeFolder())
    const occurrence = planTones(server, 4_500, [{ frequencyHz: 500, durationMs: 400 }], { leadIn: { kind: 'chime' } })
    await server.plan([occurrence])
    const leadInStart = () => heard.find((event) => event.type === 'segment-started' && event.segmentId === 'lead-in')
    await server.clips.find(({ missing }) => missing.length === 0)
    await expect.poll(leadInStart, { timeout: 20_000 }).toBeDefined()
    const audio = Buffer.from(tone(1_500, 300)).toString('base64')
    await server.alert({
      body: { kind: 'alert', title: 'Bão', audio, durationMs: 300, repeats: 1, gapMs: 0, volumePercent: null },
    })
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId === null))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 400 })
    const leadEnd = heard.find((event) => event.type === 'segment-ended' && event.segmentId === 'lead-in')
    expect(leadEnd).toMatchObject({ outcome: 'partial', reason: 'preempted' })
  })
})

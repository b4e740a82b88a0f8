import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { isEntry, launch, planTones } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

describe('what is planned', () => {
  it('is fetched, played at its instant, written down and reported', async () => {
    const server = await startServerDouble()
    const { lines } = await launch(server, await makeFolder())
    await server.hellos.find(() => true)
    const occurrence = planTones(server, 3_000, [
      { frequencyHz: 500, durationMs: 700 },
      { frequencyHz: 900, durationMs: 500 },
    ])
    await server.plan([occurrence])
    await server.entries.find(isEntry('target-adopted'))
    const [first, second] = occurrence.items
    const readiness = await server.clips.find(({ held, missing }) => held.length === 3 && missing.length === 0)
    expect(readiness.targetRevision).toBe(1)

    const ends = []
    for (const item of [first, second]) {
      ends.push(await server.entries.find(isEntry('play-ended', ({ play }) => play.itemId === item?.itemId)))
    }
    expect(server.entries.all.map(({ type }) => type)).toEqual([
      'boot',
      'target-adopted',
      'play-started',
      'play-started',
      'play-ended',
      'play-ended',
    ])
    const starts = server.entries.all.filter((entry) => entry.type === 'play-started')
    expect(starts.map(({ plannedStartAt, fromMs }) => [plannedStartAt, fromMs])).toEqual([
      [occurrence.startAt, 0],
      [occurrence.startAt + 700, 0],
    ])
    for (const [index, heardMs] of [700, 500].entries()) {
      const end = ends[index]
      if (end?.type !== 'play-ended') throw new Error('no end')
      expect(end).toMatchObject({ outcome: 'played', reason: null, volumePercent: 70, heardMs, clock: 'trusted' })
      expect(Math.abs((end.startedAt ?? 0) - (occurrence.startAt + index * 700))).toBeLessThan(100)
      expect(end.play).toEqual(starts[index]?.play)
    }
    const playing = await server.states.find((state) => state.playing !== null)
    expect(playing.playing).toMatchObject({ occurrenceId: occurrence.occurrenceId, alertId: null })
    expect(playing.health?.sink).toMatchObject({ kind: 'null', state: 'open' })
    await server.states.find(
      (state) => state.status === 'online' && state.playing === null && state.at > (playing.at ?? 0),
    )
    expect(lines.filter((line) => / error /.test(line))).toEqual([])
  })

  it('is played from the device’s own store while the network is down, and reported later', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    await server.plan([planTones(server, 2_500, [{ frequencyHz: 500, durationMs: 300 }])])
    await server.clips.find(({ held }) => held.length === 2)
    server.double.acknowledges = false
    server.double.welcomes = false
    await server.restartBroker()
    const greeted = server.hellos.all.length
    await server.hellos.find((_hello) => server.hellos.all.length > greeted + 1)
    server.double.welcomes = true
    server.double.acknowledges = true
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 300 })
    const seqs = server.entries.all.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })

  it('is not played when it is taken out of the target before its start', async () => {
    const server = await startServerDouble()
    const { heard } = await launch(server, await makeFolder())
    const occurrence = planTones(server, 2_000, [{ frequencyHz: 500, durationMs: 300 }])
    await server.plan([occurrence])
    await server.entries.find(isEntry('play-started'))
    await server.plan([])
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'missed', reason: 'not-in-target', startedAt: null, heardMs: 0 })
    expect(heard.some((event) => event.type === 'segment-started')).toBe(false)
  })

  it('is played at its new instant when it is moved just before its start', async () => {
    const server = await startServerDouble()
    const { heard } = await launch(server, await makeFolder())
    const occurrence = planTones(server, 3_000, [{ frequencyHz: 500, durationMs: 300 }])
    await server.plan([occurrence])
    await server.entries.find(isEntry('play-started'))
    const startAt = instantMs.parse(occurrence.startAt + 2_000)
    await server.plan([{ ...occurrence, startAt }])
    const end = await server.entries.find(isEntry('play-ended', ({ outcome }) => outcome === 'played'))
    expect(end).toMatchObject({ heardMs: 300, play: { occurrenceId: occurrence.occurrenceId } })
    const starts = heard.filter((event) => event.type === 'segment-started')
    expect(starts).toHaveLength(1)
    expect(starts[0]?.type === 'segment-started' && starts[0].atMs).toBeGreaterThan(startAt - 5)
  })

  it('is finished in the version that it began with', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const occurrence = planTones(server, 1_500, [
      { frequencyHz: 500, durationMs: 600 },
      { frequencyHz: 900, durationMs: 300 },
    ])
    await server.plan([occurrence])
    await server.states.find((state) => state.playing !== null)
    await server.plan([])
    for (const { itemId } of occurrence.items) {
      const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.itemId === itemId))
      expect(end).toMatchObject({ outcome: 'played' })
    }
  })

  it('joins late when the clip comes late, and is missed when it does not come', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const late = planTones(server, 1_000, [{ frequencyHz: 500, durationMs: 4_000 }])
    const lost = planTones(server, 1_000, [{ frequencyHz: 900, durationMs: 1_000 }])
    const [lateItem, lostItem] = [late.items[0], lost.items[0]]
    if (lateItem === undefined || lostItem === undefined) throw new Error('no item')
    server.double.withheld.add(lateItem.clip.sha256).add(lostItem.clip.sha256)
    await server.plan([late, lost])
    const missed = await server.entries.find(isEntry('missed'))
    expect(missed).toMatchObject({ itemId: lostItem.itemId, reason: 'clip-missing', plannedStartAt: lost.startAt })
    server.double.withheld.clear()
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'clip-missing', play: { itemId: lateItem.itemId } })
    const start = await server.entries.find(isEntry('play-started'))
    if (start.type !== 'play-started' || end.type !== 'play-ended') throw new Error('no play')
    expect(start.fromMs).toBeGreaterThan(900)
    expect(Math.abs(end.endedAt - (late.startAt + 4_000))).toBeLessThan(150)
  })

  it('stays silent while muted, and stops what sounds', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const occurrence = planTones(server, 1_500, [
      { frequencyHz: 500, durationMs: 1_500 },
      { frequencyHz: 900, durationMs: 300 },
    ])
    await server.plan([occurrence])
    await server.states.find((state) => state.playing !== null)
    await server.plan([occurrence], { muted: true })
    expect(await server.entries.find(isEntry('play-ended'))).toMatchObject({ outcome: 'partial', reason: 'muted' })
    await server.entries.find(
      (entry) =>
        (entry.type === 'missed' && entry.reason === 'muted') ||
        (entry.type === 'play-ended' && entry.reason === 'muted' && entry.outcome === 'missed'),
    )
    expect((await server.states.find((state) => state.muted)).muted).toBe(true)
  })
})

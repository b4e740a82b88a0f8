import { describe, expect, it } from 'vitest'
import type { LateStart } from '#protocol/target.ts'
import { aheadBy, type Entry, isEntry, launch, planTones } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

const AWAY_MS = 31_800

/** The agent holds all it needs, goes down before the start, and comes back `AWAY_MS` later, after it. */
async function comeBackLate(tones: Parameters<typeof planTones>[2], lateStart: LateStart) {
  const server = await startServerDouble()
  const stateDir = await makeFolder()
  const { agent } = await launch(server, stateDir)
  const occurrence = planTones(server, 30_000, tones, { lateStart })
  await server.plan([occurrence])
  await server.clips.find(({ held, missing }) => held.length > tones.length && missing.length === 0)
  await agent.stop()
  server.double.timeOffsetMs = AWAY_MS
  const { heard } = await launch(server, stateDir, { clock: aheadBy(AWAY_MS) })
  return { server, occurrence, heard }
}

describe('back only after the start', () => {
  const tones = [
    { frequencyHz: 500, durationMs: 1_500 },
    { frequencyHz: 900, durationMs: 400 },
  ]

  it('restart: begins anew and is heard whole, as much later as it came', async () => {
    const { server, occurrence } = await comeBackLate(tones, 'restart')
    const startedAt: number[] = []
    for (const [index, { itemId }] of occurrence.items.entries()) {
      const isIt = ({ play }: Entry<'play-ended'>): boolean => play.itemId === itemId
      const end = await server.entries.find(isEntry('play-ended', isIt))
      expect(end).toMatchObject({ outcome: 'played', reason: null, heardMs: tones[index]?.durationMs })
      const start = server.entries.all.find(isEntry('play-started', ({ play }) => play.itemId === itemId))
      expect(start).toMatchObject({ plannedStartAt: occurrence.startAt + index * 1_500, fromMs: 0 })
      if (end.type === 'play-ended') startedAt.push(end.startedAt ?? 0)
    }
    const [first = 0, second = 0] = startedAt
    expect(first).toBeGreaterThan(occurrence.startAt + 1_000)
    expect(second).toBeGreaterThan(first + 1_400)
  })

  it('skip: stays silent, and says so', async () => {
    const { server, occurrence, heard } = await comeBackLate(
      [{ frequencyHz: 500, durationMs: 60_000 }, ...tones],
      'skip',
    )
    for (const { itemId } of occurrence.items) {
      const missed = await server.entries.find(isEntry('missed', (entry) => entry.itemId === itemId))
      expect(missed).toMatchObject({ reason: 'late-skipped' })
    }
    expect(heard.filter(({ type }) => type === 'segment-started')).toEqual([])
  })
})

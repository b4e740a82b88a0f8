import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { bootId } from '#protocol/ids.ts'
import { isEntry, launch, noTimeSources, planTones } from './agent.fixture.ts'
import { fakeTimeFrom, startAgentProcess } from './agent-process.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

const HOUR_MS = 3_600_000
const items = (count: number, durationMs: number) =>
  Array.from({ length: count }, (_, index) => ({ frequencyHz: 400 + 100 * index, durationMs }))

describe('a clock that is set while the agent runs', () => {
  it('never plays at a wrong time nor twice, and goes on where the others are once it is right again', async () => {
    const server = await startServerDouble()
    const [stateDir, folder] = [await makeFolder(), await makeFolder()]
    const file = path.join(folder, 'time')
    const setClock = (offset: string): Promise<void> => writeFile(file, `${offset}\n`)
    await setClock('+0')
    await startAgentProcess(server, stateDir, await fakeTimeFrom(file))
    await server.hellos.find(() => true)
    const [soon, later] = [planTones(server, 4_000, items(4, 2_000)), planTones(server, HOUR_MS, items(1, 2_000))]
    await server.plan([soon, later])
    await server.entries.find(isEntry('play-started', ({ play }) => play.itemId === soon.items[0]?.itemId))

    // Set forward while the first item is armed: an hour later `later` would be due.
    await setClock('+3600')
    await server.entries.find(isEntry('clock-stepped', ({ stepMs }) => stepMs > HOUR_MS / 2))
    await server.states.find(({ alarms }) => alarms.includes('clock-untrusted'))
    await setClock('+0')
    await server.entries.find(isEntry('clock-stepped', ({ stepMs }) => stepMs < -HOUR_MS / 2))
    await server.entries.find(isEntry('play-ended', ({ outcome }) => outcome === 'played'))
    // Set back after something has been played: it would be due once more.
    await setClock('-6')
    await server.states.find(({ alarms }) => alarms.includes('clock-untrusted'))
    await server.entries.find(isEntry('clock-stepped', ({ stepMs }) => Math.abs(stepMs + 6_000) < 500))
    await setClock('+0')
    await server.entries.find(
      isEntry('play-ended', ({ play, outcome }) => play.itemId === soon.items[3]?.itemId && outcome !== 'missed'),
    )
    await server.command({ kind: 'identify' })
    await server.entries.find(isEntry('command'))

    const ends = server.entries.all.filter(isEntry('play-ended'))
    const sounded = ends.flatMap((entry) => (entry.type === 'play-ended' && entry.startedAt !== null ? [entry] : []))
    expect(
      ends.filter((entry) => entry.type === 'play-ended' && entry.play.occurrenceId === later.occurrenceId),
    ).toEqual([])
    for (const [index, item] of soon.items.entries()) {
      const plays = sounded.filter(({ play }) => play.itemId === item.itemId)
      const heardMs = plays.reduce((sum, { heardMs: ms }) => sum + ms, 0)
      expect(heardMs, `item ${index}`).toBeLessThan(item.durationMs + 50)
      expect(plays.filter(({ outcome }) => outcome === 'played').length, `item ${index}`).toBeLessThanOrEqual(1)
      for (const { startedAt } of plays)
        expect(startedAt ?? 0, `item ${index}`).toBeGreaterThan(soon.startAt + item.offsetMs - 100)
    }
    expect(server.entries.all.some(isEntry('missed'))).toBe(false)
    expect(sounded.filter(({ outcome }) => outcome === 'played').length).toBeGreaterThanOrEqual(2)
  })
})

describe('a device that wakes up without knowing the time', () => {
  const coldBoot = bootId.parse('22222222-2222-4222-8222-222222222222')

  it('keeps silent until the server tells it, then plays what still runs, and says on what its trust rests', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    const occurrence = planTones(server, 6_500, items(1, 7_000))
    await server.plan([occurrence])
    await server.clips.find(({ missing, held }) => missing.length === 0 && held.length > 0)
    await agent.stop()
    server.double.welcomes = false
    server.hellos.all.length = 0
    const { heard } = await launch(server, stateDir, { bootId: coldBoot })
    const cold = await server.hellos.find(({ bootId: boot }) => boot === coldBoot)
    expect(cold.clock).toMatchObject({ state: 'untrusted', evidence: 'none' })
    // It greets again and again; meanwhile the instant passes.
    await server.hellos.find(({ clock }) => clock.at > occurrence.startAt)
    expect(heard.some(({ type }) => type === 'segment-started')).toBe(false)
    server.double.welcomes = true
    await server.restartBroker()
    const started = await server.entries.find(isEntry('play-started'))
    expect(started).toMatchObject({ clock: 'trusted', plannedStartAt: occurrence.startAt })
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'clock-untrusted' })
  })

  it.each([
    ['by NTP', { ...noTimeSources, isNtpSynchronised: (): boolean => true }, 'trusted', 'ntp'],
    ['by a hardware clock', { ...noTimeSources, readRtc: async () => systemClock.now() }, 'unconfirmed', 'rtc'],
  ] as const)('knows it %s', async (_how, timeSources, state, evidence) => {
    const server = await startServerDouble()
    server.double.welcomes = false
    await launch(server, await makeFolder(), { timeSources })
    expect(server.hellos.all[0]?.clock).toMatchObject({ state, evidence })
  })

  it('goes on trusting its clock when only the agent starts again, even if its sign of life is lost', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    await agent.stop()
    await writeFile(path.join(stateDir, 'alive.json'), '{')
    server.double.welcomes = false
    server.hellos.all.length = 0
    await launch(server, stateDir)
    expect(server.hellos.all[0]?.clock).toMatchObject({ state: 'unconfirmed', evidence: 'continuity' })
  })
})

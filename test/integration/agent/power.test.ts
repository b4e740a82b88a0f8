import { watch } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { bootId } from '#protocol/ids.ts'
import type { RunningProcess } from '../../../tools/processes.ts'
import { type Entry, isEntry, launch, planTones } from './agent.fixture.ts'
import { startAgentProcess } from './agent-process.ts'
import { makeFolder } from './fixtures.ts'
import { makeLoopDisk } from './loop-disk.ts'
import { type ServerDouble, startServerDouble } from './server-double.ts'

/** mulberry32: the same numbers for the same seed. */
function draw(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Resolves when the state folder has changed so many times: between a write and its fsync, a rename and the next write … */
async function untilChanged(stateDir: string, times: number): Promise<void> {
  let left = times
  for await (const _change of watch(stateDir, { recursive: true, signal: AbortSignal.timeout(20_000) })) {
    left -= 1
    if (left <= 0) return
  }
}

async function killTree(agent: RunningProcess): Promise<void> {
  process.kill(-agent.pid, 'SIGKILL')
  await agent.exited
}

/** What must hold whatever happened when: every play is closed once, nothing sounds twice, nothing is forgotten. */
function expectOrder(server: ServerDouble, itemIds: readonly string[], itemMs: number): void {
  const { all } = server.entries
  const startedIds = all.filter(isEntry('play-started')).map((entry) => (entry as Entry<'play-started'>).play.playId)
  const ends = all.filter((entry): entry is Entry<'play-ended'> => entry.type === 'play-ended')
  expect([...startedIds].sort()).toEqual(ends.map(({ play }) => play.playId).sort())
  const missed = all.filter((entry): entry is Entry<'missed'> => entry.type === 'missed')
  for (const id of itemIds) {
    const own = ends.filter(({ play }) => play.itemId === id)
    const heardMs = own.reduce((sum, end) => sum + end.heardMs, 0)
    expect(heardMs, id).toBeLessThanOrEqual(itemMs + 20)
    expect(own.length + missed.filter(({ itemId }) => itemId === id).length, id).toBeGreaterThan(0)
    expect(own.filter(({ outcome }) => outcome === 'played').length, id).toBeLessThanOrEqual(1)
  }
}

describe('the power is pulled', () => {
  it.each([7, 23])('at any instant (seed %i): it comes back, closes what it played, and goes on', async (seed) => {
    const [server, stateDir] = [await startServerDouble(), await makeFolder()]
    const below = draw(seed)
    const itemMs = 900
    const tones = Array.from({ length: 9 }, (_, index) => ({ frequencyHz: 300 + 50 * index, durationMs: itemMs }))
    let agent = await startAgentProcess(server, stateDir)
    await server.hellos.find(() => true)
    const occurrence = planTones(server, 2_500, tones)
    await server.plan([occurrence])
    await server.clips.find(({ held, missing }) => held.length > tones.length && missing.length === 0)
    const fetched = server.blockRequests.all.length
    await server.entries.find(isEntry('play-started'))
    for (let pull = 0; pull < 3; pull += 1) {
      await untilChanged(stateDir, 1 + below(40))
      await killTree(agent)
      agent = await startAgentProcess(server, stateDir)
    }
    const last = occurrence.items.at(-1)?.itemId
    const isLast = isEntry('play-ended', ({ play, reason }) => play.itemId === last && reason !== 'agent-restarted')
    await server.entries.find((entry) => isLast(entry) || isEntry('missed', ({ itemId }) => itemId === last)(entry))
    await server.command({ kind: 'identify' })
    await server.entries.find(isEntry('command'))
    const ids = occurrence.items.map(({ itemId }) => itemId)
    expectOrder(server, ids, itemMs)
    const boots = server.entries.all.filter(isEntry('boot'))
    expect(boots.length).toBe(4)
    expect(new Set(server.entries.all.map(({ ledgerId }) => ledgerId)).size).toBe(1)
    // Its target and clips were still good: it never had to be told again.
    expect(server.entries.all.filter(isEntry('target-adopted')).length).toBe(1)
    expect(server.blockRequests.all.length).toBe(fetched)
  })

  it('under the file system: what it was sure of is there again, and the play is closed as cut by the power', async ({
    skip,
  }) => {
    const disk = await makeLoopDisk(24)
    if ('impossible' in disk) return skip(disk.impossible)
    const server = await startServerDouble()
    const agent = await startAgentProcess(server, disk.folder)
    await server.hellos.find(() => true)
    const itemMs = 3_000
    const occurrence = planTones(server, 2_500, [
      { frequencyHz: 500, durationMs: itemMs },
      { frequencyHz: 700, durationMs: itemMs },
    ])
    await server.plan([occurrence])
    await server.states.find(({ playing }) => playing !== null)
    const known = server.entries.all.length
    await disk.cutPower()
    await killTree(agent)
    await disk.mountAgain()
    await launch(server, disk.folder, { bootId: bootId.parse('22222222-2222-4222-8222-222222222222') })
    const closed = await server.entries.find(isEntry('play-ended', ({ reason }) => reason === 'power-lost'))
    expect(closed).toMatchObject({ play: { itemId: occurrence.items[0]?.itemId } })
    const second = occurrence.items[1]?.itemId
    await server.entries.find(
      isEntry('play-ended', ({ play, outcome }) => play.itemId === second && outcome === 'played'),
    )
    expectOrder(
      server,
      occurrence.items.map(({ itemId }) => itemId),
      itemMs,
    )
    // The server had committed entries: none of them is missing, and the ledger is the same one.
    expect(server.entries.all.slice(0, known).map(({ seq }) => seq)).toEqual(
      Array.from({ length: known }, (_, i) => i + 1),
    )
    expect(new Set(server.entries.all.map(({ ledgerId }) => ledgerId)).size).toBe(1)
  })
})

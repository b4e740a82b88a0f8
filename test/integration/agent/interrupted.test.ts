import { cp, watch } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readIfThere } from '#agent/io/files.ts'
import { bootId } from '#protocol/ids.ts'
import { isEntry, launch, planTones } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

/** Until the disk knows that something sounds. */
async function untilCheckpoint(stateDir: string): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const bytes = await readIfThere(path.join(stateDir, 'checkpoint.json'))
    return bytes !== undefined && /"startedAt":\d/.test(bytes.toString())
  }
  const changes = watch(stateDir, { signal: AbortSignal.timeout(20_000) })
  if (await isThere()) return
  for await (const _change of changes) if (await isThere()) return
}

describe('after an interruption', () => {
  it.each([
    ['the agent was killed', 'agent-restarted', undefined],
    ['the power went', 'power-lost', bootId.parse('22222222-2222-4222-8222-222222222222')],
  ] as const)('%s: the play is closed as partial, and joined where the others are', async (_name, reason, kernel) => {
    const server = await startServerDouble()
    const [stateDir, afterwards] = [await makeFolder(), await makeFolder()]
    const { agent, heard: before } = await launch(server, stateDir)
    const occurrence = planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 6_000 }])
    await server.plan([occurrence])
    await untilCheckpoint(stateDir)
    // What a power cut leaves is what lies on the disk at this moment.
    // A file on its way to its name is not followed: it may be gone before it is copied, and the agent ignores it anyway.
    await cp(stateDir, afterwards, { recursive: true, filter: (source) => !source.endsWith('.new') })
    await expect.poll(() => before.some(({ type }) => type === 'progress'), { timeout: 10_000 }).toBe(true)
    await agent.stop()
    const known = server.entries.all.length
    for (const ledger of new Set(server.entries.all.map((entry) => entry.ledgerId))) server.forgetLedger(ledger)
    server.entries.all.splice(0, known)

    const { heard } = await launch(server, afterwards, kernel === undefined ? {} : { bootId: kernel })
    const closed = await server.entries.find(isEntry('play-ended', (entry) => entry.reason === reason))
    expect(closed).toMatchObject({ outcome: 'partial', reason })
    const second = await server.entries.find(isEntry('play-started', ({ fromMs }) => fromMs > 0))
    if (second.type !== 'play-started') throw new Error('no start')
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.playId === second.play.playId))
    if (end.type !== 'play-ended') throw new Error('no end')
    expect(end).toMatchObject({ outcome: 'partial', reason })
    // Told by the sound itself, which a busy machine holds up as a whole: it was joined where the others are. What is
    // repeated or skipped moves that by as long as the agent was away, a second at least; and from there on all of it was heard.
    const joined = heard.find((event) => event.type === 'segment-started')
    if (joined?.type !== 'segment-started') throw new Error('nothing sounded')
    expect(Math.abs(joined.fromMs - (joined.atMs - occurrence.startAt))).toBeLessThan(250)
    expect(joined.fromMs).toBeGreaterThan(1_000)
    expect(Math.abs(end.heardMs + joined.fromMs - 6_000)).toBeLessThan(20)
    const boots = server.entries.all.filter((entry) => entry.type === 'boot')
    expect(boots.map(({ cleanShutdown }) => cleanShutdown)).toEqual([false, false])
  })

  it('a planned stop writes down what sounded, and says goodbye', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 20_000 }])])
    await server.states.find((state) => state.playing !== null)
    await agent.stop()
    await server.states.find((state) => state.status === 'offline')
    await launch(server, stateDir)
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'agent-restarted' })
    expect(
      server.entries.all.filter((entry) => entry.type === 'boot').map(({ cleanShutdown }) => cleanShutdown),
    ).toEqual([false, true])
    await server.entries.find(isEntry('play-started', ({ fromMs }) => fromMs > 0))
  })
})

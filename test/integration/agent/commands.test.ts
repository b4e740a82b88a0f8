import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import type { LedgerEntry } from '#protocol/ledger.ts'
import { isEntry, launch, planTones } from './agent.fixture.ts'
import { id, makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

describe('commands', () => {
  it('expired, foreign or repeated commands do nothing', async () => {
    const server = await startServerDouble()
    const { heard, restarts, lines } = await launch(server, await makeFolder())
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const expired = await server.command({ kind: 'restart' }, { expiresAt: systemClock.now() - 1_000 })
    const refused = await server.entries.find(isEntry('command'))
    expect(refused).toMatchObject({ messageId: expired.messageId, outcome: 'refused' })
    await server.command({ kind: 'restart' }, { audience: id() })
    await server.command({ kind: 'restart' }, {}, server.foreignSigner)
    const identify = await server.command({ kind: 'identify' })
    await server.resendCommand(identify.jws)
    const done = await server.entries.find(isEntry('command', ({ kind }) => kind === 'identify'))
    expect(done).toMatchObject({ outcome: 'done' })
    const unknown = await server.command({ kind: 'stop', occurrenceId: `${id()}@20260302T223000Z` })
    expect(await server.entries.find(isEntry('command', ({ kind }) => kind === 'stop'))).toMatchObject({
      messageId: unknown.messageId,
      outcome: 'refused',
    })
    expect(restarts()).toBe(0)
    expect(server.entries.all.filter(isEntry('command')).length).toBe(3)
    expect(heard.filter((event) => event.type === 'armed').length).toBe(1)
    expect(lines.some((line) => line.includes('command refused'))).toBe(true)
    await server.command({ kind: 'restart' })
    await server.entries.find(isEntry('command', ({ kind, outcome }) => kind === 'restart' && outcome === 'done'))
    expect(restarts()).toBe(1)
  })

  it('a command that was carried out is not carried out again after a restart', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const { jws, messageId } = await server.command({ kind: 'restart' })
    await server.entries.find(isEntry('command'))
    await agent.stop()
    const again = await launch(server, stateDir)
    await server.resendCommand(jws)
    await server.states.find((state) => state.refused?.replay === 1)
    expect(again.restarts()).toBe(0)
    expect(server.entries.all.filter(isEntry('command', (entry) => entry.messageId === messageId)).length).toBe(1)
  })

  it('stop ends the whole occurrence', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const occurrence = planTones(server, 1_500, [
      { frequencyHz: 500, durationMs: 2_000 },
      { frequencyHz: 900, durationMs: 2_000 },
      { frequencyHz: 700, durationMs: 20_000 },
      { frequencyHz: 600, durationMs: 300 },
    ])
    await server.plan([occurrence])
    await server.states.find((state) => state.playing !== null)
    await server.command({ kind: 'stop', occurrenceId: occurrence.occurrenceId })
    for (const [index, { itemId }] of occurrence.items.entries()) {
      const isIt = (entry: LedgerEntry): boolean =>
        (entry.type === 'play-ended' && entry.play.itemId === itemId) ||
        (entry.type === 'missed' && entry.itemId === itemId)
      expect(await server.entries.find(isIt)).toMatchObject(
        index === 0 ? { outcome: 'partial', reason: 'stopped' } : { reason: 'stopped' },
      )
    }
  })
})

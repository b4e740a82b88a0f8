import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { instantMs } from '#protocol/time.ts'
import { type Entry, isEntry, launch, planTones, tone } from './agent.fixture.ts'
import { id, makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

describe('emergencies', () => {
  const speech = Buffer.from(tone(700, 400)).toString('base64')
  const body = {
    kind: 'alert',
    title: 'Bão',
    audio: speech,
    durationMs: 400,
    repeats: 2,
    gapMs: 100,
    volumePercent: 90,
  } as const

  it('an alert sounds although the card no longer gives out the ledger, and the damage is told', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    // A folder where the first file should be: reading it fails as from a broken card.
    await mkdir(path.join(stateDir, 'ledger', server.identity.ledgerId, '0000000001.ndjson'), { recursive: true })
    await launch(server, stateDir)
    expect(server.hellos.all.at(-1)?.ledger.ledgerId).not.toBe(server.identity.ledgerId)
    const told = await server.states.find(({ alarms }) => alarms.length > 0)
    expect(told.alarms).toEqual(['state-corrupt'])
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    await server.alert({ body })
    await server.entries.find(isEntry('play-ended', ({ outcome }) => outcome === 'played'))
  })

  it('an alert holds what plays, repeats, is done once, and what was held goes on', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    await server.plan([planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 2_000 }])])
    await server.states.find((state) => state.playing !== null)
    const jws = await server.alert({ body })
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId !== null))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 800, volumePercent: 90 })
    await server.resendAlert(jws)
    server.double.alertsInForce = [jws]
    const held = await server.entries.find(isEntry('segment'))
    const bulletin = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId === null))
    expect(bulletin).toMatchObject({ outcome: 'played', heardMs: 2_000 })
    const stretches = server.entries.all.filter((entry) => entry.type === 'segment')
    expect(stretches.length).toBe(2)
    expect(Math.abs(stretches.reduce((sum, { heardMs }) => sum + heardMs, 0) - 2_000)).toBeLessThan(20)
    expect(held).toBeDefined()
    expect(server.entries.all.filter(isEntry('play-started', ({ play }) => play.alertId !== null)).length).toBe(1)
  })

  it('a cancel silences the alert, and a late copy of the alert does not bring it back', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const [alertIdentity, messageId] = [id(), id()]
    const alert = { alertId: alertIdentity, messageId, body: { ...body, repeats: 20 } }
    const jws = await server.alert(alert)
    await server.states.find((state) => state.playing?.alertId === alertIdentity)
    await server.alert({ alertId: alertIdentity, sequence: 2 })
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'cancelled' })
    await agent.stop()

    server.double.alertsInForce = [jws]
    await launch(server, stateDir)
    await server.command({ kind: 'identify' })
    await server.entries.find(isEntry('command'))
    expect(server.entries.all.filter(isEntry('play-started')).length).toBe(1)
  })

  it('an alert in force reaches a device that has just come back, even with a wrong clock', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    await agent.stop()
    server.double.alertsInForce = [await server.alert({ body })]
    const slow = { ...systemClock, now: () => (systemClock.now() - 3_600_000) as ReturnType<typeof systemClock.now> }
    await launch(server, stateDir, { clock: slow })
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId !== null))
    expect(end).toMatchObject({ outcome: 'played', clock: 'untrusted' })
    await server.states.find((state) => state.alarms.includes('clock-untrusted'))
  })

  it('a stop of whatever plays ends the plan, and no alert: only its cancel does', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    await server.plan([planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 20_000 }])])
    await server.states.find((state) => state.playing !== null)
    const alertIdentity = id()
    await server.alert({ alertId: alertIdentity, body: { ...body, repeats: 20 } })
    await server.states.find((state) => state.playing?.alertId === alertIdentity)
    await server.command({ kind: 'stop', occurrenceId: null })
    const stopped = await server.entries.find(isEntry('command', ({ kind }) => kind === 'stop'))
    expect(stopped).toMatchObject({ outcome: 'done' })
    const bulletin = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId === null))
    expect(bulletin).toMatchObject({ outcome: 'partial', reason: 'stopped' })
    await server.alert({ alertId: alertIdentity, sequence: 2 })
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.alertId !== null))
    expect(end).toMatchObject({ outcome: 'partial', reason: 'cancelled' })
  })

  it('an alert that a restart of the agent cuts short begins anew after it', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const jws = await server.alert({ body: { ...body, repeats: 3 } })
    await server.states.find((state) => state.playing !== null)
    await agent.stop()
    server.double.alertsInForce = [jws]
    await launch(server, stateDir)
    const ofAlert = ({ play }: Entry<'play-ended'>): boolean => play.alertId !== null
    await server.entries.find(isEntry('play-ended', (entry) => ofAlert(entry) && entry.outcome === 'played'))
    const ends = server.entries.all.filter((entry) => entry.type === 'play-ended')
    expect(ends.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['partial', 'agent-restarted'],
      ['played', null],
    ])
  })

  it('one alert that overtakes another loses nothing: an earlier one is heard after a later one', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const [earlier, later] = [id(), id()]
    const now = systemClock.now()
    await server.alert({ alertId: later, body, issuedAt: now })
    await server.alert({ alertId: earlier, body, issuedAt: instantMs.parse(now - 60_000) })
    for (const alertId of [later, earlier])
      await server.entries.find(isEntry('play-started', ({ play }) => play.alertId === alertId))
  })
})

import { cp, mkdir, watch } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { readIfThere } from '#agent/io/files.ts'
import { bootId } from '#protocol/ids.ts'
import type { LedgerEntry } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { instantMs } from '#protocol/time.ts'
import { launch, planTones, tone } from './agent.fixture.ts'
import { id, makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

type Entry<T extends LedgerEntry['type']> = Extract<LedgerEntry, { type: T }>
const isEntry =
  <T extends LedgerEntry['type']>(type: T, test: (entry: Entry<T>) => boolean = () => true) =>
  (entry: LedgerEntry): boolean =>
    entry.type === type && test(entry as Entry<T>)

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

describe('after an interruption', () => {
  it.each([
    ['the agent was killed', 'agent-restarted', undefined],
    ['the power went', 'power-lost', bootId.parse('22222222-2222-4222-8222-222222222222')],
  ] as const)('%s: the play is closed as partial, and joined where the others are', async (_name, reason, kernel) => {
    const server = await startServerDouble()
    const [stateDir, afterwards] = [await makeFolder(), await makeFolder()]
    const { agent } = await launch(server, stateDir)
    const occurrence = planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 6_000 }])
    await server.plan([occurrence])
    await untilCheckpoint(stateDir)
    // What a power cut leaves is what lies on the disk at this moment.
    // A file on its way to its name is not followed: it may be gone before it is copied, and the agent ignores it anyway.
    await cp(stateDir, afterwards, { recursive: true, filter: (source) => !source.endsWith('.new') })
    await agent.stop()
    const known = server.entries.all.length
    for (const ledger of new Set(server.entries.all.map((entry) => entry.ledgerId))) server.forgetLedger(ledger)
    server.entries.all.splice(0, known)

    await launch(server, afterwards, kernel === undefined ? {} : { bootId: kernel })
    const closed = await server.entries.find(isEntry('play-ended', (entry) => entry.reason === reason))
    expect(closed).toMatchObject({ outcome: 'partial', reason })
    const second = await server.entries.find(isEntry('play-started', ({ fromMs }) => fromMs > 0))
    if (second.type !== 'play-started') throw new Error('no start')
    const end = await server.entries.find(isEntry('play-ended', ({ play }) => play.playId === second.play.playId))
    if (end.type !== 'play-ended') throw new Error('no end')
    expect(end).toMatchObject({ outcome: 'partial', reason })
    expect(Math.abs(end.endedAt - (occurrence.startAt + 6_000))).toBeLessThan(150)
    expect(Math.abs(end.heardMs + second.fromMs - 6_000)).toBeLessThan(400)
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

describe('emergencies and commands', () => {
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

describe('whom it believes', () => {
  it('follows the rotation of the server’s key, by the key before it or the recovery key', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    await server.rotateKey('current')
    // Signed with a key that the device does not know yet: it asks, is welcomed by the chain, and the target comes again.
    await server.plan([], { volumePercent: 30 })
    await server.states.find((state) => state.volumePercent === 30)
    await agent.stop()
    await server.rotateKey('recovery')
    await server.plan([], { volumePercent: 40 })
    await launch(server, stateDir)
    await server.states.find((state) => state.volumePercent === 40)
  })

  it('acts on what the new key signs before it knows that key, once it has asked', async () => {
    const server = await startServerDouble()
    const { lines } = await launch(server, await makeFolder())
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    await server.rotateKey('current')
    const { messageId } = await server.command({ kind: 'identify' })
    expect(await server.entries.find(isEntry('command'))).toMatchObject({ messageId, outcome: 'done' })
    expect(lines.filter((line) => line.includes('refused'))).toEqual([])
  })

  it('believes a key that it has left behind never again, whoever has it, nor after a restart', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const stolen = server.keepSigning()
    await server.rotateKey('current')
    await server.plan([], { volumePercent: 30 })
    await server.states.find((state) => state.volumePercent === 30)
    const genuine = server.keepSigning()
    await agent.stop()

    // Alone with the thief: with the key as it was, and with a branch of the chain that goes on from it.
    server.takeOver(stolen)
    await launch(server, stateDir)
    await server.states.find((state) => (state.refused?.['unknown-key'] ?? 0) > 0)
    await server.rotateKey('current')
    await server.plan([], { volumePercent: 99 })

    server.takeOver(genuine)
    await server.restartBroker()
    await server.plan([], { volumePercent: 40 })
    await server.states.find((state) => state.volumePercent === 40)
    expect(server.states.all.some((state) => state.volumePercent === 99)).toBe(false)
  })

  it('leaves a thief’s branch for the key that the recovery key names', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    const genuine = server.keepSigning()
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    for (let links = 0; links < 3; links += 1) await server.rotateKey('current')
    await server.plan([], { volumePercent: 99 })
    await server.states.find((state) => state.volumePercent === 99)
    const thief = server.keepSigning()
    await agent.stop()

    server.takeOver(genuine)
    await server.rotateKey('recovery')
    await server.plan([], { volumePercent: 40 })
    const again = await launch(server, stateDir)
    await server.states.find((state) => state.volumePercent === 40)
    await again.agent.stop()

    server.takeOver(thief)
    await launch(server, stateDir)
    await server.states.find((state) => (state.refused?.['unknown-key'] ?? 0) > 0)
  })

  it('is not held by a target that a thief has numbered as high as can be, once the recovery key has spoken', async () => {
    const server = await startServerDouble()
    const stateDir = await makeFolder()
    const { agent } = await launch(server, stateDir)
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    server.double.revision = limits.maxTargetRevision - 1
    await server.plan([], { volumePercent: 99 })
    await server.states.find((state) => state.volumePercent === 99)
    // Higher than the protocol allows: refused, whoever signs it.
    server.double.revision = 9_000_000_000_000_000
    await server.plan([], { volumePercent: 98 })
    await server.states.find((state) => state.refused?.malformed === 1)
    // The same generation of keys says a lower one: a replay.
    server.double.revision = 1
    await server.plan([], { volumePercent: 97 })
    await server.states.find((state) => state.refused?.replay === 1)

    server.double.target = undefined
    await server.rotateKey('recovery')
    server.hellos.all.length = 0
    await server.restartBroker()
    // Before the welcome it cannot know; after it it asks for a target as if it held none.
    await server.hellos.find((hello) => hello.targetRevision === 0 && hello.targetHash === null)
    expect(server.hellos.all[0]?.targetRevision).toBe(limits.maxTargetRevision)
    server.double.revision = 2
    await server.plan([], { volumePercent: 40 })
    await server.states.find((state) => state.volumePercent === 40)
    await agent.stop()
    server.hellos.all.length = 0
    await launch(server, stateDir)
    expect(server.hellos.all[0]?.targetRevision).toBe(3)
    expect(server.states.all.some(({ volumePercent }) => volumePercent === 98 || volumePercent === 97)).toBe(false)
  })

  it('takes no target that is older, expired, for another device, or not what its hash says', async () => {
    const server = await startServerDouble()
    const { lines } = await launch(server, await makeFolder())
    await server.plan([])
    await server.plan([], { volumePercent: 20 })
    await server.states.find((state) => state.volumePercent === 20)
    const payload = JSON.parse(Buffer.from((server.double.target ?? '').split('.')[1] ?? '', 'base64url').toString())
    const bad = [
      { ...payload, revision: 1 },
      { ...payload, revision: 9, expiresAt: systemClock.now() - 60_000 },
      { ...payload, revision: 9, content: { ...payload.content, deviceId: id() } },
      { ...payload, revision: 9, content: { ...payload.content, volumePercent: 99 } },
    ]
    for (const manifest of bad) await server.sendTarget(await server.signTarget(manifest))
    await server.command({ kind: 'identify' })
    await server.entries.find(isEntry('command'))
    expect(server.entries.all.filter(isEntry('target-adopted')).length).toBe(2)
    expect(lines.filter((line) => line.includes('target refused')).length).toBe(4)
    // Told to the server, so that whoever watches the network learns of it.
    const counted = { replay: 1, expired: 1, 'wrong-audience': 1, malformed: 1 }
    await server.states.find((state) => isDeepStrictEqual(state.refused, counted))
  })

  it('begins a new ledger when the server quarantined the old one', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    const boot = await server.entries.find(isEntry('boot'))
    server.double.forked.add(boot.ledgerId)
    await server.plan([])
    const { ledger } = await server.hellos.find((hello) => hello.ledger.ledgerId !== boot.ledgerId)
    expect(ledger.seq).toBe(0)
    await server.command({ kind: 'identify' })
    const command = await server.entries.find(isEntry('command'))
    expect(command).toMatchObject({ ledgerId: ledger.ledgerId, seq: 1 })
  })

  it('keeps its ledger and begins none when the server takes no more of this installation', async () => {
    const server = await startServerDouble()
    const { lines } = await launch(server, await makeFolder())
    const boot = await server.entries.find(isEntry('boot'))
    server.double.refused.add(boot.ledgerId)
    server.hellos.all.length = 0
    await server.plan([])
    // An unsigned refusal is a reason to ask once; the signed one ends the matter.
    await server.hellos.find((hello) => hello.targetRevision > 0)
    await expect.poll(() => lines.filter((line) => line.includes('takes no more ledgers')).length).toBe(1)
    server.double.refused.clear()
    await server.restartBroker()
    const adopted = await server.entries.find(isEntry('target-adopted'))
    expect(adopted).toMatchObject({ ledgerId: boot.ledgerId, seq: 2 })
    expect(new Set(server.hellos.all.map((hello) => hello.ledger.ledgerId))).toEqual(new Set([boot.ledgerId]))
  })

  it('delivers again from where a server that lost its database stands', async () => {
    const server = await startServerDouble()
    await launch(server, await makeFolder())
    await server.plan([])
    await server.entries.find(isEntry('target-adopted'))
    const [boot] = server.entries.all
    server.forgetLedger(boot?.ledgerId ?? '')
    server.entries.all.length = 0
    await server.restartBroker()
    await server.entries.find(isEntry('target-adopted'))
    expect(server.entries.all.map(({ seq }) => seq)).toEqual([1, 2])
  })
})

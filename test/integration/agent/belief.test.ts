import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { limits } from '#protocol/limits.ts'
import { createSigner } from '#protocol/signing.ts'
import { isEntry, launch } from './agent.fixture.ts'
import { id, makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

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

  it.each(['current', 'recovery'] as const)(
    'takes up a key named by the %s one while it is connected, before that has signed anything else',
    async (by) => {
      const server = await startServerDouble()
      await launch(server, await makeFolder())
      await server.plan([])
      await server.entries.find(isEntry('target-adopted'))
      const stolen = server.keepSigning()
      await server.rotateKey(by)
      server.double.target = undefined
      const greeted = server.hellos.all.length
      await server.welcomeAgain()
      // Whoever has the earlier key is believed no more, in the same connection.
      const thief = createSigner(stolen.key)
      await server.command({ kind: 'identify' }, {}, thief)
      await server.states.find((state) => (state.refused?.['unknown-key'] ?? 0) > 0)
      expect(server.entries.all.filter(isEntry('command'))).toEqual([])
      if (by === 'current') return
      // What it holds was signed by a key that is revoked: it asks for a target as if it held none.
      await server.hellos.find((hello) => hello.targetRevision === 0)
      expect(server.hellos.all.length).toBeGreaterThan(greeted)
    },
  )

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

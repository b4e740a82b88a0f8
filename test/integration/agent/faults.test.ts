import { execFile } from 'node:child_process'
import { appendFile, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isErrno } from '#agent/io/files.ts'
import { isEntry, launch, planTones, tone } from './agent.fixture.ts'
import { startAgentProcess } from './agent-process.ts'
import { makeFolder } from './fixtures.ts'
import { makeLoopDisk } from './loop-disk.ts'
import { type ServerDouble, startServerDouble } from './server-double.ts'

const oneTone = (durationMs: number) => [{ frequencyHz: 500, durationMs }]
const untilReady = (server: ServerDouble) =>
  server.clips.find(({ held, missing }) => held.length > 1 && missing.length === 0)

/** Changes a digit of the plan within the signed text, which still reads as one. */
async function falsifyTarget(file: string): Promise<void> {
  const state = JSON.parse(await readFile(file, 'utf8'))
  const [head, payload, signature] = state.jws.split('.')
  const falsified = Buffer.from(payload, 'base64url').toString().replace('"volumePercent":70', '"volumePercent":71')
  state.jws = [head, Buffer.from(falsified).toString('base64url'), signature].join('.')
  await writeFile(file, JSON.stringify(state))
}

describe('a corrupt state file', () => {
  it.each(['{"version":1,', '', 'digit'])(
    'never keeps it from playing (%j): it is set aside and found out anew',
    async (rubbish) => {
      const [server, stateDir] = [await startServerDouble(), await makeFolder()]
      const { agent } = await launch(server, stateDir)
      const occurrence = planTones(server, 7_000, oneTone(500))
      await server.plan([occurrence])
      await untilReady(server)
      await agent.stop()
      const files = ['target.json', 'trust.json', 'alive.json', 'begun.json', 'checkpoint.json', 'replay.json']
      if (rubbish === 'digit') await falsifyTarget(path.join(stateDir, 'target.json'))
      else for (const file of files) await writeFile(path.join(stateDir, file), rubbish)
      server.hellos.all.length = 0
      server.states.all.length = 0
      await launch(server, stateDir)
      const hello = await server.hellos.find(() => true)
      expect(hello).toMatchObject({ targetRevision: 0, targetHash: null })
      await server.states.find(({ alarms }) => alarms.includes('state-corrupt'))
      await server.entries.find(isEntry('play-ended', ({ outcome }) => outcome === 'played'))
      const kept = (await readdir(stateDir)).filter((name) => name.includes('.corrupt-'))
      expect(kept.length).toBe(rubbish === 'digit' ? 0 : files.length)
    },
  )
})

describe('a clip that has decayed on the card', () => {
  it('is not played: missed with that reason, an alarm, and fetched again', async () => {
    const [server, stateDir] = [await startServerDouble(), await makeFolder()]
    const { agent } = await launch(server, stateDir)
    const occurrence = planTones(server, 6_500, oneTone(1_000))
    const clip = occurrence.items[0]?.clip.sha256 ?? ''
    await server.plan([occurrence])
    await untilReady(server)
    await agent.stop()
    const file = await open(path.join(stateDir, 'clips', clip), 'r+')
    await file.write(Buffer.from([1, 2, 3]), 0, 3, 5_000)
    await file.close()
    server.double.withheld.add(clip)
    const { heard } = await launch(server, stateDir)
    await server.states.find(({ alarms }) => alarms.includes('clip-corrupt'))
    expect(await server.entries.find(isEntry('missed'))).toMatchObject({ reason: 'clip-corrupt' })
    expect(heard.some(({ type }) => type === 'segment-started')).toBe(false)
    server.double.withheld.clear()
    server.states.all.length = 0
    await server.plan([planTones(server, 60_000, oneTone(1_000))])
    await server.states.find(({ alarms }) => !alarms.includes('clip-corrupt'))
  })
})

describe('a card that takes nothing any more', () => {
  async function fill(folder: string): Promise<string> {
    const file = path.join(folder, 'filler')
    for (let bytes = 1_048_576; bytes >= 512; bytes /= 2) {
      try {
        for (;;) await appendFile(file, Buffer.alloc(bytes))
      } catch (cause) {
        if (!isErrno(cause, 'ENOSPC')) throw cause
      }
    }
    return file
  }
  const remount = (folder: string, mode: 'ro' | 'rw') => promisify(execFile)('mount', ['-o', `remount,${mode}`, folder])

  it.for([
    { how: 'full', alarm: 'disk-full' },
    { how: 'read-only', alarm: 'state-corrupt' },
  ] as const)(
    'is $how, with a torn ledger on it: it plays on, says so, and writes down later what happened when',
    async ({ how, alarm }, { skip }) => {
      const disk = await makeLoopDisk(10)
      if ('impossible' in disk) return skip(disk.impossible)
      const server = await startServerDouble()
      const { agent } = await launch(server, disk.folder)
      const occurrence = planTones(server, 7_000, oneTone(1_000))
      await server.plan([occurrence])
      await untilReady(server)
      const [boot] = server.entries.all
      await agent.stop()
      const known = server.entries.all.length
      const folder = path.join(disk.folder, 'ledger', boot?.ledgerId ?? '')
      const [segment] = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'))
      await appendFile(path.join(folder, segment ?? ''), '{"version":1,"ledgerId":"')
      const filler = how === 'full' ? await fill(disk.folder) : ''
      if (how === 'read-only') await remount(disk.folder, 'ro')

      const { heard } = await launch(server, disk.folder)
      await server.states.find(({ alarms }) => alarms.includes(alarm))
      await server.states.find(({ playing }) => playing !== null)
      await server.states.find(({ playing }) => playing === null)
      await expect.poll(() => heard.some(({ type }) => type === 'voice-ended'), { timeout: 10_000 }).toBe(true)
      expect(server.entries.all.length).toBe(known)
      server.states.all.length = 0
      if (how === 'full') await rm(filler)
      else await remount(disk.folder, 'rw')
      const end = await server.entries.find(isEntry('play-ended'))
      expect(end).toMatchObject({ ledgerId: boot?.ledgerId, outcome: 'played' })
      const started = await server.entries.find(isEntry('play-started'))
      // It tells when it happened, not when it could be written.
      expect(started.at).toBeLessThan(occurrence.startAt + 500)
      expect(server.entries.all.map(({ seq }) => seq)).toEqual(server.entries.all.map((_, index) => index + 1))
      await server.states.find(({ alarms }) => !alarms.includes(alarm))
    },
  )
})

describe('a sound device that is not there', () => {
  it('is an alarm, and what it should have played is missed for it', async () => {
    const server = await startServerDouble()
    await startAgentProcess(server, await makeFolder(), { LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: 'nowhere' })
    await server.states.find(({ alarms }) => alarms.includes('sound-device-failed'))
    await server.plan([planTones(server, 2_000, oneTone(1_000))])
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'missed', reason: 'sound-device-failed', heardMs: 0 })
  })
})

describe('a disk without room for a clip', () => {
  it('says so, and the item is missed for it', async ({ skip }) => {
    const disk = await makeLoopDisk(6)
    if ('impossible' in disk) return skip(disk.impossible)
    const server = await startServerDouble()
    await launch(server, disk.folder)
    const occurrence = planTones(server, 1_500, oneTone(1_000))
    const item = occurrence.items[0]
    if (item === undefined) throw new Error('no item')
    const clip = server.addBlob(Buffer.concat([tone(500, 1_000), Buffer.alloc(7 * 1_048_576)]))
    await server.plan([{ ...occurrence, items: [{ ...item, clip }] }])
    await server.states.find(({ alarms }) => alarms.includes('disk-full'))
    expect(await server.entries.find(isEntry('missed'))).toMatchObject({ reason: 'disk-full' })
  })
})

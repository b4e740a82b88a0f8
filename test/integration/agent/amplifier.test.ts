import { chmod, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { synthesiseBeep } from '#agent/io/audio/beep.ts'
import { isEntry, launch, planTones } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

/** A command that writes down when it was told what; `tail` is what else it does. */
async function makeSwitch(tail = '') {
  const folder = await makeFolder()
  const [program, log] = [path.join(folder, 'switch'), path.join(folder, 'log')]
  await writeFile(program, `#!/bin/sh\necho "$1 $(date +%s%3N)" >>${log}\n${tail}\n`)
  await chmod(program, 0o755)
  return {
    command: [program, '{state}'],
    async read(): Promise<{ state: string; atMs: number }[]> {
      const lines = (await readFile(log, 'utf8')).trim().split('\n')
      return lines.map((line) => ({ state: line.slice(0, 1), atMs: Number(line.slice(2)) }))
    },
  }
}

const beep = Buffer.from(synthesiseBeep({ frequencyHz: 880, toneMs: 300, pauseMs: 100, count: 2, levelDb: -9 }))

describe('an amplifier with a switch', () => {
  it.each([
    ['that ends at once', ''],
    ['that holds the line for as long as it runs', 'exec sleep 60'],
  ])('%s is on before sound, emergencies too, off some time after it, and at start and end', async (_how, tail) => {
    const server = await startServerDouble()
    const { command, read } = await makeSwitch(tail)
    const amplifier = { command, leadMs: 800, holdMs: 400 }
    const { agent, heard } = await launch(server, await makeFolder(), { amplifier })
    const occurrence = planTones(server, 2_500, [
      { frequencyHz: 500, durationMs: 600 },
      { frequencyHz: 600, durationMs: 600 },
    ])
    await server.plan([occurrence])
    await expect
      .poll(async () => (await read()).map(({ state }) => state), { timeout: 20_000 })
      .toEqual(['0', '1', '0'])
    const [, on, off] = await read()
    expect(on?.atMs).toBeGreaterThanOrEqual(occurrence.startAt - 800)
    expect(on?.atMs).toBeLessThan(occurrence.startAt)
    expect(off?.atMs).toBeGreaterThanOrEqual(occurrence.startAt + 1_200 + 400 - 50)

    const body = { kind: 'alert' as const, audio: beep.toString('base64'), durationMs: 700, gapMs: 0, repeats: 1 }
    await server.alert({ body: { ...body, title: 'Lũ', volumePercent: null } })
    await expect
      .poll(async () => (await read()).map(({ state }) => state), { timeout: 20_000 })
      .toEqual(['0', '1', '0', '1', '0'])
    const sounded = heard.findLast((event) => event.type === 'segment-started')
    const onForAlert = (await read())[3]
    expect(sounded?.type === 'segment-started' ? sounded.atMs : 0).toBeGreaterThan((onForAlert?.atMs ?? 0) + 400)
    await agent.stop()
    expect((await read()).map(({ state }) => state)).toEqual(['0', '1', '0', '1', '0', '0'])
  })

  it.each([
    ['fails', ['/bin/false', '{state}']],
    ['is not there', ['/nowhere/gpioset', '17={state}']],
  ])('whose command %s is an alarm, and the sound goes on', async (_how, command) => {
    const server = await startServerDouble()
    await launch(server, await makeFolder(), { amplifier: { command, leadMs: 500, holdMs: 500 } })
    await server.plan([planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 500 }])])
    await server.states.find(({ alarms }) => alarms.includes('amplifier-failed'))
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 500 })
  })
})

import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Config } from '#agent/config.ts'
import { readConfig } from '#agent/config.ts'
import { writeState } from '#agent/io/files.ts'
import { run } from '#agent/run.ts'
import { playHere } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

const main = path.resolve(import.meta.dirname, '../../../device-agent/main.ts')

/** The command line as a technician meets it. */
async function command(args: readonly string[], env: Record<string, string>) {
  const started = promisify(execFile)(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  return started.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (cause: { code: number; stdout: string; stderr: string }) => cause,
  )
}

function configOf(stateDir: string, env: Record<string, string> = {}): Config {
  const result = readConfig({ isTTY: false }, { LOAXA_STATE_DIR: stateDir, LOAXA_HARDWARE_SERIAL: 'test', ...env })
  if (!result.ok) throw new Error(result.error)
  return result.config
}

function runHere(config: Config, whenAsked: Promise<string>) {
  const printed: string[] = []
  const print = (line: string): void => void printed.push(line)
  const code = run({
    config,
    agentVersion: '0.0.0',
    startPlayer: playHere([]),
    write: () => {},
    writeError: print,
    whenAsked,
  })
  return { code, printed }
}

describe('the agent as a process', () => {
  it('that is not enrolled says so in one sentence, and that starting again is no use', async () => {
    const stateDir = await makeFolder()
    const { code, stdout, stderr } = await command([], { LOAXA_STATE_DIR: stateDir })
    expect([code, stdout]).toEqual([78, ''])
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('chưa đăng ký')])
    const english = await command(['status'], { LOAXA_STATE_DIR: stateDir, LANG: 'en_US.UTF-8' })
    expect(english).toMatchObject({ code: 1, stderr: expect.stringContaining('not enrolled') })
  })

  it('names the setting that is wrong', async () => {
    const { code, stderr } = await command([], { LOAXA_SINK: 'trumpet' })
    expect(code).toBe(78)
    expect(stderr).toContain('LOAXA_SINK')
    expect(stderr.trim().split('\n').length).toBe(1)
  })

  it('in other hardware plays nothing, says hello once, and ends', async () => {
    const [server, stateDir] = [await startServerDouble(), await makeFolder()]
    await writeState(path.join(stateDir, 'identity.json'), server.identity)
    const config = configOf(stateDir, { LOAXA_HARDWARE_SERIAL: 'another' })
    const { code, printed } = runHere(config, new Promise(() => {}))
    expect(await code).toBe(78)
    expect(printed.join()).toContain('set:test')
    expect(server.hellos.all.map(({ hardwareSerial }) => hardwareSerial)).toEqual(['set:another'])
    // No ledger, no target, no sound: it left nothing behind.
    expect(await readdir(stateDir)).toEqual(['identity.json'])
  })

  it('ends with 0 when it is asked to, with 75 when the server wants it restarted; a second one does not start', async () => {
    const [server, stateDir] = [await startServerDouble(), await makeFolder()]
    await writeState(path.join(stateDir, 'identity.json'), server.identity)
    const first = runHere(configOf(stateDir), new Promise(() => {}))
    await server.hellos.find(() => true)
    const second = runHere(configOf(stateDir), new Promise(() => {}))
    expect(await second.code).toBe(78)
    expect(second.printed.join()).toContain(stateDir)
    await server.command({ kind: 'restart' })
    expect(await first.code).toBe(75)
  })

  it('ends with 0 when it is asked to', async () => {
    const [server, stateDir] = [await startServerDouble(), await makeFolder()]
    await writeState(path.join(stateDir, 'identity.json'), server.identity)
    let ask = (_signal: string): void => {}
    const { code } = runHere(configOf(stateDir), new Promise((resolve) => (ask = resolve)))
    await server.states.find(({ status }) => status === 'online')
    ask('SIGTERM')
    expect(await code).toBe(0)
    await server.states.find(({ status }) => status === 'offline')
  })
})

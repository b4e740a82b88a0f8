import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that the demo, a journey or a benchmark started, and will stop. */
export interface RunningProcess {
  readonly pid: number
  readonly exited: Promise<number | null>
  /** Resolves with the first line that `test` accepts, past ones included; rejects when the program ends before. */
  line(test: (line: string) => boolean, what: string): Promise<string>
  /** All it printed so far, last lines first kept (bounded). */
  output(): string
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when it has ended. */
  stop(graceMs?: number): Promise<void>
  kill(signal: NodeJS.Signals): void
}

const keptLines = 5000

export function startProcess(options: {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly onLine?: (line: string) => void
  /** Its standard input stays open for as long as we live: a program told so (STOP_AT_STDIN_END) ends when we are killed. */
  readonly holdStdin?: boolean
}): RunningProcess {
  // Its own process group: Ctrl-C in the terminal reaches only us, and we stop the others in their order.
  const child: ChildProcess = spawn(options.command, [...options.args], {
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    stdio: [options.holdStdin === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const lines: string[] = []
  const waiting = new Set<{
    test: (line: string) => boolean
    resolve: (line: string) => void
    reject: (cause: Error) => void
  }>()
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (cause) => {
      lines.push(String(cause))
      resolve(null)
    })
    child.once('close', (code) => resolve(code))
  })
  const hear = (line: string): void => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    options.onLine?.(line)
    for (const one of waiting) {
      if (!one.test(line)) continue
      waiting.delete(one)
      one.resolve(line)
    }
  }
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', hear)
  let ended = false
  void exited.then((code) => {
    ended = true
    for (const one of waiting)
      one.reject(new Error(`${options.name} ended with ${code}:\n${lines.slice(-30).join('\n')}`))
  })
  return {
    pid: child.pid ?? -1,
    exited,
    line(test, what) {
      const past = lines.find(test)
      if (past !== undefined) return Promise.resolve(past)
      if (ended)
        return Promise.reject(new Error(`${options.name} ended before ${what}:\n${lines.slice(-30).join('\n')}`))
      return new Promise((resolve, reject) => waiting.add({ test, resolve, reject }))
    },
    output: () => lines.join('\n'),
    kill: (signal) => void child.kill(signal),
    async stop(graceMs = 10_000) {
      if (ended) return
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
      child.kill('SIGTERM')
      await exited
      clearTimeout(timer)
    },
  }
}

/** Runs a program to its end and gives what it printed; throws with its output when it fails. */
export async function runProcess(options: Parameters<typeof startProcess>[0]): Promise<string> {
  const child = startProcess(options)
  const code = await child.exited
  if (code !== 0) throw new Error(`${options.name} ended with ${code}:\n${child.output()}`)
  return child.output()
}

/** Resolves at Ctrl-C or SIGTERM. Further ones are ignored: an impatient second Ctrl-C must not leave half of it running. */
export async function untilAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

/** Resolves when the program that started us is gone: the kernel then gives us another parent. */
export async function untilOrphaned(): Promise<void> {
  const parent = process.ppid
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(timer)
      resolve()
    }, 1000)
    timer.unref()
  })
}

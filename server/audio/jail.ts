/**
 * Running a foreign program on bytes that a stranger sent.
 *
 * ffmpeg and espeak-ng are large C programs; what they read is hostile until proven otherwise. Each is started through
 * a small generated script that bounds CPU time, memory, file size and open files (prlimit(1), setrlimit(2)), lowers
 * its priority, and hands it an empty environment, so that a program taken over by its input finds no secret there.
 * The script `exec`s at every step: the process that was spawned *is* the program, and a kill reaches it.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Bounds of one run. They are the last line of defence; the probe gate refuses what is foreseeably too much. */
export interface JailLimits {
  cpuSeconds: number
  addressSpaceBytes: number
  /** Largest file that the program may write. */
  fileSizeBytes: number
  openFiles: number
  /** 0 (normal) to 19 (least urgent): preparing a clip must not delay an alert. */
  niceness: number
}

export const defaultJailLimits: JailLimits = {
  cpuSeconds: 600,
  addressSpaceBytes: 1024 * 1024 * 1024,
  fileSizeBytes: 512 * 1024 * 1024,
  openFiles: 64,
  niceness: 10,
}

/** A program that the audio pipeline needs and this machine lacks. `remedy` is one sentence for a person. */
export interface ToolMissing {
  ok: false
  code: 'tool-missing'
  tool: string
  remedy: string
}

/** Where `command` (a name on the search path, or an absolute path) is found, or null. */
export function findExecutable(command: string): Promise<string | null> {
  return new Promise((resolve) => {
    // The shell is asked because it knows the search path; the name travels as an argument, never as script text.
    execFile('/bin/sh', ['-c', 'command -v "$1"', 'sh', command], (error, stdout) => {
      const found = stdout.trim()
      resolve(error === null && path.isAbsolute(found) ? found : null)
    })
  })
}

/**
 * Writes the script that runs `executablePath` under `limits` and returns the script's path.
 * `directory` is created private to this user; the script is replaced whole, so that a run in progress is undisturbed.
 */
export async function writeJailScript(options: {
  directory: string
  name: string
  executablePath: string
  prlimitPath: string
  limits: JailLimits
}): Promise<string> {
  const { directory, name, executablePath, prlimitPath, limits } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const bounds = [
    // SIGXCPU at the soft limit, SIGKILL a little later for what ignores it.
    `--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 5}`,
    `--as=${limits.addressSpaceBytes}`,
    `--fsize=${limits.fileSizeBytes}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
  ]
  const script = [
    '#!/bin/sh',
    `exec env -i PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 ${quote(prlimitPath)} ${bounds.join(' ')} -- \\`,
    `  nice -n ${limits.niceness} ${quote(executablePath)} "$@"`,
    '',
  ].join('\n')
  const scriptPath = path.join(directory, `${name}.sh`)
  const temporaryPath = `${scriptPath}.${process.pid}.part`
  await writeFile(temporaryPath, script, { mode: 0o700 })
  await rename(temporaryPath, scriptPath)
  return scriptPath
}

/** How a jailed run ended. A run that was aborted, or could not be started, rejects instead. */
export interface JailedRun {
  /** null when a signal ended it. */
  exitCode: number | null
  /** What ended it before it could exit by itself. `cpu` and `file-size` are the jail's limits. */
  killedBy: 'timeout' | 'output-size' | 'cpu' | 'file-size' | 'other-signal' | null
  /** Empty when `onStdout` took it. */
  stdout: string
  /** Its last 16 KiB. */
  stderr: string
}

const keptStderrChars = 16 * 1024

/**
 * Runs a jail script to its end.
 * Rejects with the signal's reason when aborted, and with the system's error when the script cannot be started.
 */
export function runJailed(options: {
  scriptPath: string
  args: readonly string[]
  timeoutMs: number
  /** More than this on stdout ends the run (`output-size`); not applied when `onStdout` is given. */
  maxStdoutBytes?: number
  onStdout?: (chunk: Buffer) => void
  stdin?: string
  signal?: AbortSignal | undefined
}): Promise<JailedRun> {
  const { scriptPath, args, timeoutMs, maxStdoutBytes = 1024 * 1024, onStdout, stdin, signal } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const child = spawn(scriptPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let endedBy: 'timeout' | 'output-size' | null = null
    const stdoutChunks: Buffer[] = []
    let stdoutBytes = 0
    let stderr = ''

    const kill = () => child.kill('SIGKILL')
    const timer = setTimeout(() => {
      endedBy = 'timeout'
      kill()
    }, timeoutMs)
    signal?.addEventListener('abort', kill, { once: true })
    const release = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
    }

    // A program that ends without reading its input breaks the pipe; how it ended is told by its exit.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin ?? '')
    child.stdout.on('data', (chunk: Buffer) => {
      if (onStdout !== undefined) {
        onStdout(chunk)
        return
      }
      stdoutBytes += chunk.length
      if (stdoutBytes > maxStdoutBytes) {
        endedBy ??= 'output-size'
        kill()
        return
      }
      stdoutChunks.push(chunk)
    })
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      stderr = (stderr + text).slice(-keptStderrChars)
    })
    child.on('error', (error) => {
      release()
      reject(error)
    })
    child.on('close', (exitCode, exitSignal) => {
      release()
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const stdout = Buffer.concat(stdoutChunks).toString('utf8')
      resolve({ exitCode, killedBy: endedBy ?? nameSignal(exitSignal), stdout, stderr })
    })
  })
}

/** Which limit of the jail a signal stands for. */
export function nameSignal(signal: string | null): JailedRun['killedBy'] {
  if (signal === null) return null
  if (signal === 'SIGXCPU') return 'cpu'
  if (signal === 'SIGXFSZ') return 'file-size'
  return 'other-signal'
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

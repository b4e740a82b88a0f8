import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { z } from 'zod'

const request = z.object({ id: z.number(), name: z.string(), input: z.unknown() })
const answer = z.union([
  z.object({ id: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), error: z.string() }),
])

/** A part of a benchmark in a process of its own, so that its load and its memory are its own. */
export interface BenchChild {
  readonly pid: number
  /** Calls one of its handlers. Rejects with its error, or when it ends before it has answered. */
  ask<T>(name: string, input: unknown, schema: z.ZodType<T>): Promise<T>
  stop(): Promise<void>
}

/** As one file of plain JavaScript, so that what is measured carries no TypeScript loader. */
async function bundle(file: string): Promise<string> {
  // Below node_modules, in order that packages are found.
  const directory = path.resolve(import.meta.dirname, '../node_modules/.cache/loaxa-bench')
  await mkdir(directory, { recursive: true })
  const outfile = path.join(directory, `${path.basename(file, '.ts')}-${process.pid}-${performance.now()}.mjs`)
  await build({
    entryPoints: [path.join(import.meta.dirname, file)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  return outfile
}

/** Starts a TypeScript file of this folder that calls `serveParent`. */
export async function startChild(file: string): Promise<BenchChild> {
  const bundled = await bundle(file)
  const child: ChildProcess = fork(bundled, {
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
    // A benchmark that is interrupted ends its children by the closed channel, whatever became of it.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let nextId = 1
  const exited = new Promise<void>((resolve) =>
    child.once('exit', (code, signal) => {
      for (const one of waiting.values()) one.reject(new Error(`${file} ended with ${code ?? signal}`))
      waiting.clear()
      resolve()
    }),
  )
  child.on('message', (raw) => {
    const said = answer.parse(raw)
    const one = waiting.get(said.id)
    waiting.delete(said.id)
    if (said.ok) one?.resolve(said.value)
    else one?.reject(new Error(`${file}: ${said.error}`))
  })
  return {
    pid: child.pid ?? -1,
    async ask(name, input, schema) {
      const id = nextId
      nextId += 1
      const value = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.send({ id, name, input }, (error) => {
          if (error) reject(error)
        })
      })
      return schema.parse(value)
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
      await rm(bundled, { force: true })
    },
  }
}

export type Handlers = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/** A handler whose input is checked. */
export const handler =
  <T>(schema: z.ZodType<T>, handle: (input: T) => Promise<unknown>) =>
  (input: unknown): Promise<unknown> =>
    handle(schema.parse(input))

/** The child's side: answers the parent's calls; ends when the parent has let go of it, or is gone. */
export function serveParent(handlers: Handlers): void {
  process.on('message', (raw) => {
    const { id, name, input } = request.parse(raw)
    const handle = handlers[name]
    const handled = handle === undefined ? Promise.reject(new Error(`no handler ${name}`)) : handle(input)
    handled.then(
      (value) => process.send?.({ id, ok: true, value }),
      (cause: unknown) =>
        process.send?.({
          id,
          ok: false,
          error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
        }),
    )
  })
  process.once('disconnect', () => process.exit(0))
}

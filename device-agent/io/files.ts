import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'

export const isErrno = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code

/** The operating system refused: a broken card, a folder in place of a file, rights that were taken. Anything else is a bug. */
export const isSystemError = (cause: unknown): cause is NodeJS.ErrnoException =>
  cause instanceof Error && 'syscall' in cause && 'code' in cause

export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** Makes a rename, a creation or a removal within `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates `folder` (0700) and its parents, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first !== undefined) await syncFolder(path.dirname(first))
}

/**
 * Replaces `file` as a whole: after a power cut at any instant it holds either the old or the new content. Resolves when
 * the new content is durable. Order matters: content fsynced BEFORE the rename, the folder AFTER it.
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.new`
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  await syncFolder(path.dirname(file))
}

/**
 * Writes all of `bytes` from `position` on. A card that fills up takes a part first (write(2)), and says why it takes no
 * more when it is asked for the rest: what is thrown is always the system's own error.
 */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    written += (await file.write(bytes, written, bytes.byteLength - written, position + written)).bytesWritten
  }
}

/** Moves a file that cannot be used out of the way, for a person to look at; returns its new name. */
export async function setAside(file: string, label = 'corrupt'): Promise<string> {
  const aside = `${file}.${label}-${randomBytes(4).toString('hex')}`
  await rename(file, aside)
  await syncFolder(path.dirname(file))
  return aside
}

export type StateRead<T> =
  | { readonly status: 'ok'; readonly value: T }
  | { readonly status: 'missing' }
  /** The file was unreadable and has been moved to `aside`. */
  | { readonly status: 'corrupt'; readonly aside: string; readonly error: string }

/** Reads one JSON state file; a corrupt one never stops the agent, it is set aside. */
export async function readState<T>(file: string, schema: z.ZodType<T>): Promise<StateRead<T>> {
  const bytes = await readIfThere(file)
  if (bytes === undefined) return { status: 'missing' }
  const decoded = decodeJson(schema, bytes)
  if (decoded.ok) return { status: 'ok', value: decoded.value }
  return { status: 'corrupt', aside: await setAside(file), error: decoded.error }
}

/**
 * Reads a state file that the agent can do without: one that the operating system does not give out (a broken block, a
 * folder in its place) is moved out of the way like one that does not decode.
 */
export async function readSpareState<T>(file: string, schema: z.ZodType<T>): Promise<StateRead<T>> {
  try {
    return await readState(file, schema)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const error = cause.message
    try {
      return { status: 'corrupt', aside: await setAside(file, 'unreadable'), error }
    } catch (again) {
      if (!isSystemError(again)) throw again
      return { status: 'corrupt', aside: file, error }
    }
  }
}

export const writeState = (file: string, value: unknown): Promise<void> =>
  writeFileAtomic(file, `${JSON.stringify(value)}\n`)

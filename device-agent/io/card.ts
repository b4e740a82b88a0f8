import type { z } from 'zod'
import { isErrno, isSystemError, readSpareState, writeState } from './files.ts'
import type { Log } from './log.ts'

/** What is wrong with the card: no room; or it gives something out damaged, or takes nothing any more. */
export type CardTrouble = 'disk-full' | 'state-corrupt'

/** What an operation failed for; throws what is no fault of the card. */
export function blameCard(cause: unknown): CardTrouble {
  if (isErrno(cause, 'ENOSPC') || isErrno(cause, 'EDQUOT')) return 'disk-full'
  if (isSystemError(cause)) return 'state-corrupt'
  throw cause
}

/**
 * The memory card, as far as small state files are concerned. None of them may keep the agent from starting or from
 * sounding an emergency: an unreadable one is set aside and fetched anew, one that cannot be written is written later.
 */
export interface Card {
  /** Undefined when it is missing, or unreadable and therefore set aside; that trouble lasts until the agent's next start. */
  read<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined>
  /** True once the new content is durable; otherwise the newest one is kept for `retry`. */
  write(file: string, value: unknown): Promise<boolean>
  /** Writes what could not be written. */
  retry(): Promise<void>
  /** Whoever writes by other ways tells how it went: what it failed for, or undefined when it went well. */
  tell(what: string, trouble: CardTrouble | undefined): void
  has(trouble: CardTrouble): boolean
  /** Calls `listener` now, and whenever a trouble has come or gone. */
  watch(listener: () => void): void
}

export function createCard(log: Log): Card {
  const troubles = new Map<string, CardTrouble>()
  const unwritten = new Map<string, unknown>()
  const lastWrites = new Map<string, Promise<boolean>>()
  let listener = (): void => {}

  function tell(what: string, trouble: CardTrouble | undefined): boolean {
    if (troubles.get(what) === trouble) return false
    if (trouble === undefined) troubles.delete(what)
    else troubles.set(what, trouble)
    listener()
    return true
  }

  /** One after the other: an older state must never replace a newer one. */
  function write(file: string, value: unknown): Promise<boolean> {
    const next = (lastWrites.get(file) ?? Promise.resolve(true)).then(() => writeNow(file, value))
    lastWrites.set(
      file,
      next.catch(() => false),
    )
    return next
  }

  async function writeNow(file: string, value: unknown): Promise<boolean> {
    unwritten.delete(file)
    try {
      await writeState(file, value)
      tell(file, undefined)
      return true
    } catch (cause) {
      // Said once: a card that is full stays so for hours.
      if (tell(file, blameCard(cause))) log.error('a state file could not be written', { file, cause })
      unwritten.set(file, value)
      return false
    }
  }

  return {
    async read(file, schema) {
      const read = await readSpareState(file, schema)
      if (read.status === 'corrupt') {
        log.warn('state file unreadable, set aside; what it said is found out anew', { file, ...read })
        tell(`reading ${file}`, 'state-corrupt')
      }
      return read.status === 'ok' ? read.value : undefined
    },
    write,
    async retry() {
      for (const [file, value] of [...unwritten]) if (unwritten.get(file) === value) await write(file, value)
    },
    tell: (what, trouble) => void tell(what, trouble),
    has: (trouble) => [...troubles.values()].includes(trouble),
    watch(next) {
      listener = next
      next()
    },
  }
}

import type { Logger } from 'pino'
import type { Clock } from '#server/clock.ts'
import type { Config } from '#server/config.ts'

/** What a command is given; nothing else reaches the world from it. */
export interface CommandContext {
  readonly config: Config
  readonly clock: Clock
  /** To standard error, so that standard output holds the answer alone. */
  readonly log: Logger
  /** A line to standard output. */
  say(line: string): void
}

/** One thing that the operator may do on the machine itself, without the console: `loaxa <words> [arguments]`. */
export interface Command {
  /** Such as `audit verify`. */
  readonly words: readonly string[]
  /** Behind the words, for people: `[--head SEQ:HASH]`. */
  readonly usage: string
  readonly about: { readonly vi: string; readonly en: string }
  /**
   * 0: done; 1: not done, or what was asked is not so.
   *
   * @throws UsageError for arguments that it does not know; CommandError when it cannot be done.
   */
  run(args: readonly string[], context: CommandContext): Promise<0 | 1>
}

/** The arguments make no sense; the usage is shown, and the exit code is 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The command cannot do what it should; the message is a sentence with its remedy. The exit code is 1. */
export class CommandError extends Error {
  override name = 'CommandError'
}

import packageJson from '../../package.json' with { type: 'json' }
import type { CommandContext } from './command.ts'
import { type Command, UsageError } from './command.ts'
import { commands } from './commands.ts'

export type ExitCode = 0 | 1 | 2

const usageOf = ({ words, usage }: Command): string => ['loaxa', ...words, usage].join(' ').trim()

function describeUsage(): string {
  const lines = commands.flatMap((command) => [
    `  ${usageOf(command)}`,
    `      ${command.about.vi}`,
    `      ${command.about.en}`,
  ])
  return ['Cách dùng / usage:', ...lines, '  loaxa --version'].join('\n')
}

export interface CommandDoor {
  /** Standard output and standard error, a line at a time. */
  say(line: string): void
  sayError(line: string): void
  /** Asked only for a command that exists: reading the settings may fail. */
  open(): Omit<CommandContext, 'say'>
}

/**
 * Runs the command that `argv` names and answers with the exit code: 0 done, 1 not done, 2 not understood. Expected
 * failures of a command (CommandError, and those of the database and the settings) are the caller's to put into words.
 */
export async function runCommand(argv: readonly string[], { say, sayError, open }: CommandDoor): Promise<ExitCode> {
  if (argv[0] === 'help' || argv[0] === '--help' || argv[0] === '-h') {
    say(describeUsage())
    return 0
  }
  if (argv[0] === 'version' || argv[0] === '--version' || argv[0] === '-v') {
    say(packageJson.version)
    return 0
  }
  const command = commands.find(({ words }) => words.every((word, index) => argv[index] === word))
  if (command === undefined) {
    sayError(`Không có lệnh này / no such command: ${argv.join(' ')}\n\n${describeUsage()}`)
    return 2
  }
  try {
    return await command.run(argv.slice(command.words.length), { ...open(), say })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    sayError(`${error.message}\n\nCách dùng / usage: ${usageOf(command)}`)
    return 2
  }
}

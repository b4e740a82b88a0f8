import { parseArgs } from 'node:util'
import { UsageError } from './command.ts'

/** The options of a command: `flag` stands alone, `text` is followed by its value. */
export type Options = Readonly<Record<string, 'flag' | 'text'>>

type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends 'flag' ? boolean : string | undefined
}

function readOption(options: Options, name: string, rawName: string, value: string | undefined): boolean | string {
  const kind = Object.hasOwn(options, name) ? options[name] : undefined
  if (kind === undefined) throw new UsageError(`Không có tùy chọn này / there is no such option: ${rawName}`)
  if (kind === 'flag') {
    if (value === undefined) return true
    throw new UsageError(`Tùy chọn này không có giá trị / this option takes no value: ${rawName}`)
  }
  if (value === undefined || value.startsWith('--')) {
    throw new UsageError(`Tùy chọn này cần một giá trị / this option needs a value: ${rawName}`)
  }
  return value
}

/**
 * What stands behind a command's words: its options, and at most `mostWords` other words.
 * @throws UsageError in our words, which name what is not understood.
 */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  mostWords: number,
): { values: Values<O>; words: string[] } {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, kind]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' } as const]),
    ),
    // Not strict: Node's own sentences are English, and for programmers.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<string, boolean | string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    given.set(token.name, readOption(options, token.name, token.rawName, token.value))
  }
  const surplus = positionals.slice(mostWords)
  if (surplus.length > 0) {
    throw new UsageError(
      mostWords === 0
        ? `Lệnh này không nhận thêm gì / this command takes nothing more: ${surplus.join(' ')}`
        : `Thừa / too much: ${surplus.join(' ')}`,
    )
  }
  const values = Object.fromEntries(
    Object.entries(options).map(([name, kind]) => [name, given.get(name) ?? (kind === 'flag' ? false : undefined)]),
  ) as Values<O>
  return { values, words: positionals }
}

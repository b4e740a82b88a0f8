import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { thumbprint } from '#protocol/signing.ts'
import { type Rotated, recoverKey, rotateKey } from '#server/keys/rotate.ts'
import { loadServerKeys } from '#server/keys.ts'
import { readArguments } from './arguments.ts'
import { type Command, type CommandContext, CommandError, UsageError } from './command.ts'

function findKeys({ config }: CommandContext): string {
  const directory = path.join(config.dataDir, 'keys')
  if (existsSync(directory)) return directory
  throw new CommandError(`There are no server keys in ${directory}. Check LOAXA_DATA_DIR.`)
}

const remedies: Record<Extract<Rotated, { ok: false }>['reason'], string> = {
  'chain-full':
    'The key was rotated so often that no device would take one rotation more. Name the next key by the recovery key: loaxa keys recover --recovery-key FILE.',
  'wrong-recovery-key':
    'This is not the recovery key that the devices know. Take the one that was made at first start.',
  'broken-chain':
    'The key chain does not verify. Restore data/keys from the newest backup; if there is none, move chain.json away and try again.',
}

function report(result: Rotated, say: (line: string) => void): 0 {
  if (!result.ok) throw new CommandError(remedies[result.reason])
  say(`Khóa ký mới / new signing key: ${result.keyId}`)
  say('Máy chủ đang chạy sẽ dùng khóa này sau vài giây. Hãy sao lưu thư mục data/keys ngay.')
  say('A running server takes it up within seconds. Back up data/keys now.')
  return 0
}

export const keysShow: Command = {
  words: ['keys', 'show'],
  usage: '',
  about: { vi: 'Liệt kê các khóa ký của máy chủ.', en: 'Lists the server’s signing keys.' },
  async run(args, context) {
    readArguments(args, {}, 0)
    const { history, recoveryKey } = await loadServerKeys(findKeys(context))
    for (const { key, from, until, isRevoked, sequence } of history) {
      const since = from === null ? '…' : new Date(from).toISOString()
      const end = until === null ? '' : new Date(until).toISOString()
      const state = until === null ? 'đang dùng / in force' : isRevoked ? 'đã thu hồi / revoked' : 'đã thay / replaced'
      context.say(`${sequence}  ${thumbprint(key)}  ${since} – ${end}  ${state}`)
    }
    context.say(`khóa khôi phục / recovery key  ${thumbprint(recoveryKey)}`)
    return 0
  },
}

export const keysRotate: Command = {
  words: ['keys', 'rotate'],
  usage: '',
  about: {
    vi: 'Đổi khóa ký của máy chủ; các cụm loa tự theo khóa mới.',
    en: 'Rotates the server’s signing key; devices follow by themselves.',
  },
  async run(args, context) {
    readArguments(args, {}, 0)
    return report(await rotateKey(findKeys(context), context.clock.now()), context.say)
  },
}

export const keysRecover: Command = {
  words: ['keys', 'recover'],
  usage: '--recovery-key FILE',
  about: {
    vi: 'Khóa ký bị mất hoặc bị lộ: đặt khóa mới bằng khóa khôi phục cất ngoại tuyến.',
    en: 'The signing key is lost or stolen: names a new one by the offline recovery key.',
  },
  async run(args, context) {
    const file = readArguments(args, { 'recovery-key': 'text' }, 0).values['recovery-key']
    if (file === undefined) throw new UsageError('Thiếu / missing: --recovery-key FILE')
    let pem: string
    try {
      pem = await readFile(file, 'utf8')
    } catch (cause) {
      throw new CommandError(`The recovery key cannot be read: ${file}.`, { cause })
    }
    const directory = path.join(context.config.dataDir, 'keys')
    return report(await recoverKey(directory, pem, context.clock.now()), context.say)
  },
}

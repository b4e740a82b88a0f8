import { createAudit } from '#server/audit/audit.ts'
import { makeOperatorLink } from '#server/auth/operator.ts'
import { openDatabaseBeside } from '#server/db.ts'
import { readArguments } from './arguments.ts'
import { type Command, CommandError, UsageError } from './command.ts'

const USAGE = '<user> [--reset-second-factor]'

function readOptions(args: readonly string[]): { userName: string; resetSecondFactor: boolean } {
  const { values, words } = readArguments(args, { 'reset-second-factor': 'flag' }, 1)
  const [userName] = words
  if (userName === undefined) throw new UsageError('Thiếu tên đăng nhập / the user name is missing')
  return { userName, resetSecondFactor: values['reset-second-factor'] }
}

/** Beside a running server or without one. Open event streams of a session that ends are cut off by their heartbeat. */
export const accountSignInLink: Command = {
  words: ['account', 'sign-in-link'],
  usage: USAGE,
  about: {
    vi: 'Cấp liên kết đăng nhập một lần khi không người quản trị nào cấp được; có thể gỡ luôn xác thực hai lớp.',
    en: 'Makes a one-time sign-in link when no administrator can; also takes the second factor away if asked.',
  },
  async run(args, { config, clock, log, say }) {
    const { userName, resetSecondFactor } = readOptions(args)
    const db = await openDatabaseBeside({ url: config.databaseUrl, log, readOnly: false })
    try {
      const publicUrl = config.http.publicUrl ?? `http://localhost:${config.http.port}`
      const { invitationValidMs } = config
      const deps = { audit: createAudit({ db, clock }), clock, publicUrl, invitationValidMs }
      const made = await makeOperatorLink(deps, userName, { resetSecondFactor })
      if (!made.ok) {
        throw new CommandError(
          made.reason === 'no-such-account'
            ? `Không có tài khoản này / there is no such account: ${userName}`
            : `Tài khoản đang bị khóa, hãy mở lại trong trang điều khiển / the account is disabled, enable it in the console: ${userName}`,
        )
      }
      say(made.signInLink)
      say(`  mã / code: ${made.signInCode}`)
      say(`  đến / until: ${new Date(made.expiresAt).toISOString()}`)
      if (made.hadSecondFactor && !resetSecondFactor) {
        say(
          '  Vẫn cần mã xác thực hai lớp. / The second factor is still asked for (--reset-second-factor takes it away).',
        )
      }
      return 0
    } finally {
      await db.close()
    }
  },
}

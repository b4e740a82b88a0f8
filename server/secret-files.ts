import { chmod, open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from './config.ts'
import { cannotRead, StartError } from './start.ts'

interface Access {
  /** Permission bits, with or without those of the file's type. */
  readonly mode: number
  /** Who owns the file. */
  readonly uid: number
}

/**
 * Who else may read or change a secret; undefined: nobody who should not. Its owner alone may (0600), with one exception:
 * a secret that somebody else gives to this process (a Docker or Kubernetes secret, LoadCredential of systemd, a key of
 * the group ssl-cert) belongs to them, and is readable through a group. A file of one's own needs no group, and nothing
 * is ever open to all.
 */
export function judgeAccess({ mode, uid }: Access, ownUid: number): 'everybody' | 'its group' | undefined {
  if ((mode & 0o007) !== 0) return 'everybody'
  const allowed = uid === ownUid ? 0 : 0o040
  return (mode & 0o070 & ~allowed) === 0 ? undefined : 'its group'
}

const openTo = {
  everybody: { vi: 'mọi tài khoản trên máy', en: 'every account of this machine' },
  'its group': { vi: 'nhóm của tệp', en: 'the group that it belongs to' },
} as const

/** Where the system has no owners of files there is nothing to judge. */
const ownUid = (): number | undefined => process.getuid?.()

const showMode = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0')

function assertClosed(setting: string, file: string, access: Access): void {
  const uid = ownUid()
  const who = uid === undefined ? undefined : judgeAccess(access, uid)
  if (who === undefined) return
  const mode = showMode(access.mode)
  throw new StartError(
    `Tệp bí mật ${file} (${setting}) có quyền ${mode}, mở cho ${openTo[who].vi}: hãy chạy chmod 600 ${file}.\n` +
      `The secret file ${file} (${setting}) has mode ${mode}, which opens it to ${openTo[who].en}: run chmod 600 ${file} ` +
      '(mode 0400 for a secret of Docker or Kubernetes, docs/operations.md).',
  )
}

/**
 * What a secret file contains that the operator named.
 * @throws StartError when it cannot be read, or when others may read or change it.
 */
export async function readSecretSetting(setting: string, file: string): Promise<string> {
  try {
    const handle = await open(file, 'r')
    try {
      // Of the file that was opened, whatever its name leads to by now.
      assertClosed(setting, file, await handle.stat())
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw cause instanceof StartError ? cause : cannotRead(setting, file, cause)
  }
}

/** Refuses a start with secrets that others may read, before anything is made. @throws StartError */
export async function checkSecretSettings(config: Pick<Config, 'metricsTokenFile' | 'mqtt'>): Promise<void> {
  const { metricsTokenFile, mqtt } = config
  const certificate = mqtt.kind === 'embedded' ? mqtt.tls?.certificate : undefined
  const files = {
    METRICS_TOKEN_FILE: metricsTokenFile,
    MQTT_PASSWORD_FILE: mqtt.kind === 'external' ? mqtt.passwordFile : undefined,
    MQTT_TLS_KEY_FILE: certificate?.kind === 'files' ? certificate.keyFile : undefined,
  }
  for (const [setting, file] of Object.entries(files)) {
    if (file === undefined) continue
    const access = await stat(file).catch((cause: unknown) => {
      throw cannotRead(setting, file, cause)
    })
    assertClosed(setting, file, access)
  }
}

/** What of the key folder is secret (keys/folder.ts, auth/sealing.ts, mqtt/dev-ca.ts); the rest is signed or public. */
const SECRET_KEY_FILE = /^(signing-key(\.\d+)?\.pem|recovery-key\.pem|sealing-key|broker-(ca|tls)\.pem)$/

/**
 * Closes what of the server's own key folder is open to others, as after a restored backup or on a volume whose files are
 * given to a group. Answers what was open, for the SOC: somebody may have read it.
 * @throws StartError when it is not ours to close.
 */
export async function closeKeyFolder(directory: string): Promise<string[]> {
  const uid = ownUid()
  const names = await readdir(directory).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  })
  const closed: string[] = []
  for (const name of names.filter((one) => SECRET_KEY_FILE.test(one))) {
    const file = path.join(directory, name)
    const access = await stat(file)
    if (uid === undefined || (access.mode & 0o077) === 0) continue
    if (uid !== access.uid && uid !== 0) {
      assertClosed('LOAXA_DATA_DIR', file, access)
      continue
    }
    await chmod(file, 0o600)
    closed.push(`${file} had mode ${showMode(access.mode)}, and was closed to others`)
  }
  return closed
}

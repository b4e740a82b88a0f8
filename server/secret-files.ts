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

interface Named {
  readonly setting: string
  readonly file: string
}

function assertClosed({ setting, file }: Named, access: Access): void {
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

/** A mount of Docker makes a folder of what is not there. */
function assertFile({ setting, file }: Named, { isDirectory }: { isDirectory: boolean }): void {
  if (!isDirectory) return
  throw new StartError(
    `${file} (${setting}) là thư mục, không phải tệp: hãy ghi đường dẫn đến đúng tệp bí mật.\n` +
      `${file} (${setting}) is a directory, not a file: name the secret file itself.`,
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
      const access = await handle.stat()
      assertFile({ setting, file }, { isDirectory: access.isDirectory() })
      assertClosed({ setting, file }, access)
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
    assertFile({ setting, file }, { isDirectory: access.isDirectory() })
    assertClosed({ setting, file }, access)
  }
}

/**
 * Closes the server's own key folder (0700) and all that lies in it (0600) to others, as after a restored backup or on a
 * volume whose files are given to a group. Whoever may write in an open folder puts another file in a key's place,
 * whatever the file's own mode. Answers what was open, for the SOC: somebody may have read or changed it.
 * @throws StartError when it is not ours to close.
 */
export async function closeKeyFolder(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (names === undefined) return []
  const closed: string[] = []
  // The folder first: from then on nobody puts anything more into it.
  for (const file of [directory, ...names.map((name) => path.join(directory, name))]) {
    const told = await closeToOthers(file)
    if (told !== undefined) closed.push(told)
  }
  return closed
}

async function closeToOthers(file: string): Promise<string | undefined> {
  const uid = ownUid()
  const access = await stat(file)
  const isFolder = access.isDirectory()
  if (uid === undefined || (access.mode & 0o077) === 0 || !(isFolder || access.isFile())) return undefined
  const mode = showMode(access.mode)
  const right = isFolder ? '700' : '600'
  if (uid !== access.uid && uid !== 0) {
    throw new StartError(
      `${file} (LOAXA_DATA_DIR) có quyền ${mode} và thuộc tài khoản khác: hãy giao cho tài khoản của máy chủ và chạy chmod ${right} ${file}.\n` +
        `${file} (LOAXA_DATA_DIR) has mode ${mode} and belongs to another account: give it to the server’s own and run chmod ${right} ${file}.`,
    )
  }
  await chmod(file, isFolder ? 0o700 : 0o600)
  return `${file} had mode ${mode}, and was closed to others`
}

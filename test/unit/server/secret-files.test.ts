import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#server/config.ts'
import { checkSecretSettings, closeKeyFolder, judgeAccess, readSecretSetting } from '#server/secret-files.ts'
import { StartError } from '#server/start.ts'

const [OWN, OTHER] = [1000, 0]

describe('a secret file', () => {
  it.each([
    // By whom, mode, who may who should not.
    [OWN, 0o600, undefined],
    [OWN, 0o400, undefined],
    [OWN, 0o100600, undefined],
    [OWN, 0o640, 'its group'],
    [OWN, 0o620, 'its group'],
    [OWN, 0o604, 'everybody'],
    [OWN, 0o644, 'everybody'],
    [OWN, 0o602, 'everybody'],
    [OWN, 0o601, 'everybody'],
    // A secret that is given to this process through a group; never more than reading.
    [OTHER, 0o440, undefined],
    [OTHER, 0o640, undefined],
    [OTHER, 0o660, 'its group'],
    [OTHER, 0o650, 'its group'],
    [OTHER, 0o444, 'everybody'],
  ] as const)('of account %d with mode %o is open to %s', (uid, mode, who) => {
    expect(judgeAccess({ mode, uid }, OWN)).toBe(who)
  })
})

describe('on disk', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-secrets-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  async function makeFile(name: string, mode: number): Promise<string> {
    const file = path.join(dir, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, 'hạt giống')
    await chmod(file, mode)
    return file
  }

  it.each([0o600, 0o400])('with mode %o is read', async (mode) => {
    expect(await readSecretSetting('METRICS_TOKEN_FILE', await makeFile('token', mode))).toBe('hạt giống')
  })

  it.each([0o644, 0o640, 0o606])(
    'with mode %o is refused in both languages, with name, mode and remedy',
    async (mode) => {
      const file = await makeFile('token', mode)
      const refused = readSecretSetting('METRICS_TOKEN_FILE', file)
      await expect(refused).rejects.toThrow(StartError)
      const said = await refused.catch((cause: unknown) => String(cause))
      const [vi = '', en = ''] = said.split('\n')
      for (const text of [vi, en]) {
        for (const part of ['METRICS_TOKEN_FILE', file, `0${mode.toString(8)}`, `chmod 600 ${file}`]) {
          expect(text).toContain(part)
        }
      }
      expect(said).not.toContain('hạt giống')
    },
  )

  it('that is not there says so', async () => {
    await expect(readSecretSetting('METRICS_TOKEN_FILE', path.join(dir, 'none'))).rejects.toThrow(/cannot be read/)
  })

  it.each([
    ['METRICS_TOKEN_FILE', {}],
    ['MQTT_PASSWORD_FILE', { MQTT_URL: 'mqtts://broker.example' }],
    ['MQTT_TLS_KEY_FILE', { MQTT_TLS_CERT_FILE: '/etc/ssl/cert.pem' }],
  ])('is checked for %s before anything else is done', async (setting, rest) => {
    const file = await makeFile('secret', 0o604)
    const config = readConfig({ ...rest, [setting]: file })
    await expect(checkSecretSettings(config)).rejects.toThrow(new RegExp(`\\(${setting}\\) has mode 0604`))
    await chmod(file, 0o600)
    await expect(checkSecretSettings(config)).resolves.toBeUndefined()
  })

  it('of our own key folder is closed to others, with the folder and all that lies in it, and told', async () => {
    const keys = path.join(dir, 'keys')
    expect(await closeKeyFolder(keys)).toEqual([])
    const files = [
      await makeFile('keys/signing-key.2.pem', 0o644),
      await makeFile('keys/sealing-key', 0o660),
      await makeFile('keys/chain.json', 0o644),
      await makeFile('keys/recovery-key.pem', 0o600),
    ]
    await chmod(keys, 0o777)
    const told = await closeKeyFolder(keys)
    expect(told.map((one) => one.replace(`${dir}/`, ''))).toEqual([
      'keys had mode 0777, and was closed to others',
      'keys/chain.json had mode 0644, and was closed to others',
      'keys/sealing-key had mode 0660, and was closed to others',
      'keys/signing-key.2.pem had mode 0644, and was closed to others',
    ])
    const modes = await Promise.all([keys, ...files].map(async (file) => (await stat(file)).mode & 0o777))
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600])
    expect(await closeKeyFolder(keys)).toEqual([])
  })

  it('that is a directory is called one', async () => {
    const config = readConfig({ METRICS_TOKEN_FILE: dir })
    await expect(checkSecretSettings(config)).rejects.toThrow(/is a directory, not a file/)
    await expect(readSecretSetting('METRICS_TOKEN_FILE', dir)).rejects.toThrow(/là thư mục/)
  })

  it.runIf(process.getuid?.() === 0)('that belongs to another account may be readable by its group', async () => {
    const file = await makeFile('token', 0o440)
    await chown(file, 1, 0)
    expect(await readSecretSetting('METRICS_TOKEN_FILE', file)).toBe('hạt giống')
    await chmod(file, 0o444)
    await expect(readSecretSetting('METRICS_TOKEN_FILE', file)).rejects.toThrow(StartError)
  })
})

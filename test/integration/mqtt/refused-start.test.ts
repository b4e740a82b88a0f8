import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { composeServer } from '#server/compose.ts'
import { readConfig } from '#server/config.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-refused-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('a start that is refused', () => {
  it.each([
    ['MQTT_HOST', () => ({ MQTT_HOST: '0.0.0.0' })],
    [
      'METRICS_TOKEN_FILE',
      async () => {
        const file = path.join(dir, 'token')
        await writeFile(file, 'token')
        await chmod(file, 0o644)
        return { METRICS_TOKEN_FILE: file }
      },
    ],
  ])('for %s leaves no keys and no database behind', async (name, makeSettings) => {
    const settings = await makeSettings()
    const config = readConfig({ LOAXA_DATA_DIR: path.join(dir, 'data'), HTTP_PORT: '0', MQTT_PORT: '0', ...settings })
    const hooks = { onLost: () => undefined, onSetUp: async () => undefined }
    await expect(composeServer(config, pino({ level: 'silent' }), hooks)).rejects.toThrow(name)
    expect(await readdir(dir)).not.toContain('data')
  })
})

import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'
import { instantMs } from '#protocol/time.ts'

/** Rotates, or recovers, the keys in a folder, and is killed right before the nth change of the file system. */
const [directory = '', recoveryFile = '', killBefore = '-1'] = process.argv.slice(2)
const recoveryPem = recoveryFile === '' ? undefined : await fs.readFile(recoveryFile, 'utf8')
let changes = 0
const count = (): void => {
  if (changes === Number(killBefore)) process.kill(process.pid, 'SIGKILL')
  changes += 1
}
const { open, link, rename, rm } = fs
Object.assign(fs, {
  open: (...args: Parameters<typeof open>) => {
    count()
    return open(...args)
  },
  link: (...args: Parameters<typeof link>) => {
    count()
    return link(...args)
  },
  rename: (...args: Parameters<typeof rename>) => {
    count()
    return rename(...args)
  },
  rm: (...args: Parameters<typeof rm>) => {
    count()
    return rm(...args)
  },
})
syncBuiltinESMExports()

const { recoverKey, rotateKey } = await import('#server/keys/rotate.ts')
const now = instantMs.parse(Date.UTC(2026, 2, 1))
const result = await (recoveryPem === undefined ? rotateKey(directory, now) : recoverKey(directory, recoveryPem, now))
if (!result.ok) throw new Error(result.reason)
process.stdout.write(String(changes))

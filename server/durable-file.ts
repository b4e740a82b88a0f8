import { randomBytes } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** Makes a rename, a link, a creation or a removal within `folder` survive a power cut (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives a secret its name only when its bytes are on disk (0600), and resolves when the name is there as well. */
async function write(file: string, text: string, name: (from: string, to: string) => Promise<void>): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.new`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await name(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(path.dirname(file))
}

/** Writes or replaces a secret: 0600, durable, and whole or not at all. */
export const writeSecretFile = (file: string, text: string): Promise<void> => write(file, text, rename)

/** Writes a secret that must never change: as `writeSecretFile`, but throws EEXIST where the file is there already. */
export const writeSecretFileOnce = (file: string, text: string): Promise<void> => write(file, text, link)

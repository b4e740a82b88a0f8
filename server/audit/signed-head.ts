import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import { writeSecretFile } from '#server/durable-file.ts'
import { readIfThere } from '#server/read-file.ts'
import type { ChainHead } from './verification-rules.ts'

/** The head that this server signed last, kept out of the database: whoever rewrites the trail there does not reach it. */
export interface SignedHead {
  /** Undefined: none yet. A text says why it cannot be read. */
  read(): Promise<ChainHead | undefined | string>
  keep(head: ChainHead): Promise<void>
}

const signedHeadFile = z.object({
  version: z.literal(1),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})

/** In a file (0600, whole or not at all), so that the next start remembers. Read once; this process is its only writer. */
export function keepSignedHead(file: string): SignedHead {
  let known: ChainHead | undefined
  return {
    async read() {
      if (known !== undefined) return known
      const text = await readIfThere(file)
      if (text === undefined) return undefined
      const decoded = decodeJson(signedHeadFile, text)
      if (!decoded.ok) return `${file} is damaged: ${decoded.error}`
      known = { seq: decoded.value.seq, hash: decoded.value.hash }
      return known
    },
    async keep({ seq, hash }) {
      // Known BEFORE it is written: a folder that cannot be written must not make this process forget.
      known = { seq, hash }
      await writeSecretFile(file, `${JSON.stringify({ version: 1, seq, hash })}\n`)
    },
  }
}

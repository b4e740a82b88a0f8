import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'

const assets = path.resolve(import.meta.dirname, '../../../dist/console/assets')

/** The scripts that a page asks for, each counted once, as small as gzip makes them. */
export interface ScriptCount {
  /** KiB of those asked for since the last time; the count begins anew. */
  take(): Promise<number>
}

export function countScripts(page: Page): ScriptCount {
  const names = new Set<string>()
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('.js')) names.add(path.basename(pathname))
  })
  return {
    async take() {
      const asked = [...names]
      names.clear()
      const bytes = await Promise.all(
        asked.map(async (name) => gzipSync(await readFile(path.join(assets, name)), { level: 9 }).length),
      )
      return bytes.reduce((sum, one) => sum + one, 0) / 1024
    },
  }
}

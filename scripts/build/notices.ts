import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Metafile } from 'esbuild'
import { z } from 'zod'

const packageFile = z.object({ name: z.string(), version: z.string(), license: z.string().default('see below') })
const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i

/**
 * Writes the copyright notices of every package that went into a bundle: their licences ask that whoever passes the
 * code on passes these on with it.
 */
export async function writeNotices(root: string, metafile: Metafile, file: string): Promise<void> {
  const directories = new Set(Object.keys(metafile.inputs).map(packageDirectoryOf).filter(Boolean))
  const notices: string[] = []
  for (const directory of [...directories].sort()) {
    const absolute = path.resolve(root, directory)
    const manifest = path.join(absolute, 'package.json')
    if (!existsSync(manifest)) continue
    const { name, version, license } = packageFile.parse(JSON.parse(await readFile(manifest, 'utf8')))
    const texts = (await readdir(absolute)).filter((entry) => LICENSE_FILE.test(entry))
    const bodies = await Promise.all(texts.map((text) => readFile(path.join(absolute, text), 'utf8')))
    notices.push([`${name} ${version} (${license})`, ...bodies.map((body) => body.trim())].join('\n\n'))
  }
  await writeFile(file, `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

/** node_modules/@a/b/lib/x.js → node_modules/@a/b; the innermost one where packages are nested; '' for our own files. */
function packageDirectoryOf(input: string): string {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? ''
}

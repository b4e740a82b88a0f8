import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Everything that decides what a build contains. The lockfile stands for all that npm brings. */
const SOURCES = [
  'protocol',
  'server',
  'device-agent',
  'web',
  'prisma',
  'scripts/build',
  'scripts/build.ts',
  'package.json',
  'package-lock.json',
]
const LEFT_OUT = /(^|\/)(node_modules|generated|install|dist|\.svelte-kit|.*\.md)(\/|$)/

/** SHA-256 over the names and contents of all sources, in hexadecimal. Contents, not times: git changes those at will. */
export async function hashSources(root: string): Promise<string> {
  const files: string[] = []
  for (const source of SOURCES) files.push(...(await listFiles(root, source)))
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const content = await readFile(path.join(root, file))
    hash.update(`${file}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

async function listFiles(root: string, source: string): Promise<string[]> {
  if (path.extname(source) !== '') return [source]
  const entries = await readdir(path.join(root, source), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !LEFT_OUT.test(file))
}

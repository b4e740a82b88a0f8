/**
 * Adds the native parts of koffi for other machines to dist/koffi/, so that one dist/ serves every Raspberry Pi:
 *
 *   tsx scripts/add-koffi.ts arm64 arm     64-bit and 32-bit Raspberry Pi OS
 *
 * They come from npm, in the version and with the checksum that package-lock.json pins.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { copyPlatforms } from './build/koffi.ts'

const root = path.resolve(import.meta.dirname, '..')
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
})
const packed = z.tuple([z.object({ filename: z.string(), integrity: z.string() })])

const architectures = process.argv.slice(2)
if (architectures.length === 0) fail('usage: tsx scripts/add-koffi.ts arm64 arm')
if (!existsSync(path.join(root, 'dist'))) fail('dist/ does not exist yet. Run npm run build first.')
const { packages } = lockfile.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')))
for (const architecture of architectures) await addArchitecture(architecture)

async function addArchitecture(architecture: string): Promise<void> {
  const name = `@koromix/koffi-linux-${architecture}`
  const locked = packages[`node_modules/${name}`]
  if (locked?.version === undefined) fail(`koffi has no native part for linux ${architecture}.`)
  const dir = mkdtempSync(path.join(os.tmpdir(), 'loaxa-koffi-'))
  try {
    const answer = execFileSync('npm', ['pack', '--json', `${name}@${locked.version}`], { cwd: dir, encoding: 'utf8' })
    const [{ filename, integrity }] = packed.parse(JSON.parse(answer))
    if (integrity !== locked.integrity) fail(`${name} is not the one that package-lock.json pins: ${integrity}`)
    execFileSync('tar', ['-xzf', filename], { cwd: dir })
    const platforms = await copyPlatforms(path.join(dir, 'package'), path.join(root, 'dist'))
    console.log(`added ${platforms.map((platform) => `dist/koffi/${platform}/koffi.node`).join(', ')}`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function fail(message: string): never {
  console.error(`add-koffi: ${message}`)
  process.exit(1)
}

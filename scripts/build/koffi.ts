import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'

/** Copies the native parts for this machine to koffi/<platform>/koffi.node, where the bundled agent looks for them. */
export async function copyNativeKoffi(root: string, outDir: string): Promise<void> {
  const packageDir = path.join(root, `node_modules/@koromix/koffi-${process.platform}-${process.arch}`)
  // koffi has no native part for this platform: the agent plays through aplay, and says so.
  if (existsSync(packageDir)) await copyPlatforms(packageDir, outDir)
}

/** Copies each <platform>/koffi.node of an unpacked @koromix/koffi-… package; returns the platforms' names. */
export async function copyPlatforms(packageDir: string, outDir: string): Promise<string[]> {
  const copied: string[] = []
  for (const entry of await readdir(packageDir, { withFileTypes: true })) {
    const native = path.join(packageDir, entry.name, 'koffi.node')
    if (!entry.isDirectory() || !existsSync(native)) continue
    await mkdir(path.join(outDir, 'koffi', entry.name), { recursive: true })
    await cp(native, path.join(outDir, 'koffi', entry.name, 'koffi.node'))
    copied.push(entry.name)
  }
  return copied
}

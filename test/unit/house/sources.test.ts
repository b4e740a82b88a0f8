import { appendFile, cp, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hashSources } from '../../../scripts/build/sources.ts'

const root = path.resolve(import.meta.dirname, '../../..')
let copy: string

beforeEach(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'loaxa-sources-'))
  for (const part of ['protocol', 'server', 'device-agent', 'web', 'prisma', 'scripts']) {
    await cp(path.join(root, part), path.join(copy, part), {
      recursive: true,
      filter: (file) => !/node_modules|generated/.test(path.relative(root, file)),
    })
  }
  for (const file of ['package.json', 'package-lock.json']) await cp(path.join(root, file), path.join(copy, file))
})

afterEach(() => rm(copy, { recursive: true }))

it('says that a build is out of date when a source changed, and not when only its time did', async () => {
  const before = await hashSources(copy)
  await utimes(path.join(copy, 'server/clock.ts'), 0, 0)
  expect(await hashSources(copy)).toBe(before)

  await appendFile(path.join(copy, 'server/clock.ts'), '\n')
  const changed = await hashSources(copy)
  expect(changed).not.toBe(before)

  await writeFile(path.join(copy, 'web/new.ts'), '')
  expect(await hashSources(copy)).not.toBe(changed)
})

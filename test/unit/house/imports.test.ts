import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findViolations } from './house-rules.ts'
import { readFacts } from './source-facts.ts'

const root = path.resolve(import.meta.dirname, '../../..')

function readTree(): { file: string; content: string }[] {
  return ['protocol', 'server', 'device-agent', 'web']
    .flatMap((directory) => readdirSync(path.join(root, directory), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|\.svelte-kit)\//.test(file))
    .sort()
    .map((file) => ({ file, content: readFileSync(path.join(root, file), 'utf8') }))
}

/** Files by path; answers "file:line rule" for each violation. */
function check(files: Record<string, string>): string[] {
  const facts = Object.entries(files).map(([file, content]) => readFacts(file, content))
  return findViolations(facts).map(({ file, line, rule }) => `${file}:${line} ${rule}`)
}

describe('the house rules of docs/architecture.md', () => {
  it('hold in every file', () => {
    const facts = readTree().map(({ file, content }) => readFacts(file, content))
    expect(facts.length).toBeGreaterThan(0)
    expect(findViolations(facts).map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([])
  })
})

describe('the check of the house rules', () => {
  it.each<[string, string, string]>([
    ['protocol/a.ts', "import fs from 'node:fs'", 'protocol/ imports only'],
    ['protocol/a.ts', "import type { Database } from '#server/db.ts'", 'protocol/ imports only'],
    ['protocol/a.ts', "export { x } from '../device-agent/core/x.ts'", 'protocol/ imports only'],
    ['device-agent/agent.ts', "import { x } from '#server/x.ts'", 'device-agent/ does not import'],
    ['device-agent/io/a.ts', "const x = await import('../../server/x.ts')", 'device-agent/ does not import'],
    ['device-agent/io/a.ts', "type X = import('#prisma/client.ts').X", 'device-agent/ does not import'],
    ['server/a.ts', "import { x } from '#agent/core/x.ts'", 'server/ does not import'],
    ['device-agent/core/a.ts', "import { readFile } from 'node:fs/promises'", 'device-agent/core/ is pure'],
    ['device-agent/core/a.ts', "import { x } from '../io/x.ts'", 'device-agent/core/ is pure'],
    ['device-agent/core/a.ts', 'const now = Date.now()', 'the time comes from clock.ts'],
    ['device-agent/core/clock.ts', 'const now = Date.now()', 'the time comes from clock.ts'],
    ['device-agent/core/a.ts', 'setTimeout(() => 1, 2)', 'pure code has no timers'],
    ['server/areas/rules.ts', "import { x } from './store.ts'", 'server/**/rules.ts is pure'],
    ['server/areas/rules.ts', "import fastify from 'fastify'", 'server/**/rules.ts is pure'],
    ['server/areas/rules.ts', 'const id = Math.random()', 'pure code has no timers'],
    [
      'server/areas/service.ts',
      "import type { Area } from '#prisma/client.ts'",
      'only store.ts and db.ts import Prisma',
    ],
    [
      'server/areas/service.ts',
      "import { PrismaPg } from '@prisma/adapter-pg'",
      'only store.ts and db.ts import Prisma',
    ],
    ['server/areas/routes.ts', "import pg from 'pg'", 'only store.ts, and what opens the database, imports pg'],
    ['server/delivery/service.ts', "import { Aedes } from 'aedes'", 'only server/mqtt/ imports aedes'],
    ['server/library/service.ts', "import ffmpeg from 'fluent-ffmpeg'", 'only server/audio/ imports fluent-ffmpeg'],
    ['server/http/app.ts', 'const port = process.env.PORT', 'only the two config.ts read process.env'],
    ['server/http/app.ts', 'const now = new Date()', 'the time comes from clock.ts'],
    ['server/http/app.ts', 'let count = 0', 'no mutable state'],
    ['server/http/app.ts', 'export var count = 0', 'no mutable state'],
    [
      'web/src/App.svelte',
      '<script lang="ts">\nimport { x } from \'../../server/x.ts\'\n</script>',
      'web/ imports nothing',
    ],
    ['web/src/a.ts', "export * from './b.ts'", 'no barrels: nobody exports everything'],
    ['server/areas/index.ts', "export { x } from './x.ts'", 'no barrels: index.ts'],
  ])('finds in %s: %s', (file, content, rule) => {
    expect(check({ [file]: content })).toEqual([expect.stringContaining(rule)])
  })

  it.each<[string, string]>([
    ['protocol/a.ts', "import { z } from 'zod'\nimport { x } from './x.ts'\nimport { y } from '#protocol/y.ts'"],
    ['device-agent/core/a.ts', "import { x } from '#protocol/x.ts'\nimport { createHash } from 'node:crypto'"],
    ['device-agent/config.ts', 'const dir = process.env.DATA_DIR'],
    ['device-agent/io/clock.ts', 'const now = Date.now()'],
    ['server/clock.ts', 'const now = new Date()'],
    ['server/areas/rules.ts', "import { x } from '../devices/rules.ts'\nconst at = new Date(0)"],
    ['server/areas/store.ts', "import { Prisma } from '#prisma/client.ts'\nimport type pg from 'pg'"],
    [
      'server/http/app.ts',
      '// process.env and Date.now() in words\nconst text = "Date.now()"\nfunction f() { let n = 0; return n }',
    ],
    [
      'web/src/App.svelte',
      "<script>\nimport { x } from './x.ts'\n</script>\n<p>import { x } from '../../server/x.ts'</p>",
    ],
  ])('finds nothing in %s: %s', (file, content) => {
    expect(check({ [file]: content })).toEqual([])
  })

  it('finds a cycle, also of types, and names all of it', () => {
    const files = {
      'server/a.ts': "import { b } from './b.ts'",
      'server/b.ts': "import type { C } from '#server/c.ts'",
      'server/c.ts': "import { a } from './a.ts'",
      'server/d.ts': "import { a } from './a.ts'",
    }
    expect(check(files)).toEqual(['server/c.ts:1 no cycles (server/a.ts → server/b.ts → server/c.ts → server/a.ts)'])
  })

  it('names the line', () => {
    expect(check({ 'web/src/A.svelte': '<p>x</p>\n<script>\n  const x = process.env.X\n</script>' })).toEqual([
      expect.stringContaining('web/src/A.svelte:3 only the two config.ts'),
    ])
  })
})

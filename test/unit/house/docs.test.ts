import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { generatedPages } from '../../../tools/docs-pages.ts'

test.each(Object.entries(generatedPages()))('%s is what the code says (npm run docs)', async (file, text) => {
  expect(await readFile(path.resolve(import.meta.dirname, '../../..', file), 'utf8')).toBe(text)
})

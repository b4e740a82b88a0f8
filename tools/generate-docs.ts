/** npm run docs: writes the generated pages of docs/. A test fails when they are out of date. */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generatedPages } from './docs-pages.ts'

for (const [file, text] of Object.entries(generatedPages())) {
  await writeFile(path.resolve(import.meta.dirname, '..', file), text)
}

import path from 'node:path'
import { defineConfig } from 'prisma/config'

// generate, validate and format never run the schema engine, yet the Prisma CLI downloads it first and aborts when it
// cannot. Those three commands get a stand-in that fails loudly if it is ever executed.
if (process.argv.slice(2).some((argument) => ['generate', 'validate', 'format'].includes(argument))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'tools/no-schema-engine')
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Only for people with internet access who run Prisma's native `migrate` commands themselves.
  datasource: { url: process.env.DATABASE_URL ?? '' },
})

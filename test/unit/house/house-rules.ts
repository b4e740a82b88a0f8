import type { ImportFact, SourceFacts, Usage } from './source-facts.ts'

export interface Violation {
  file: string
  line: number
  rule: string
}

/** One rule of docs/architecture.md, "Who may import whom": the files that it binds, and what they must not import. */
interface ImportRule {
  says: string
  binds(file: string): boolean
  forbids(imported: ImportFact, file: string): boolean
}

const inside = (directory: string) => (file: string | undefined) => file?.startsWith(`${directory}/`) ?? false
const inProtocol = inside('protocol')
const inServer = inside('server')
const inAgent = inside('device-agent')
const inCore = inside('device-agent/core')
const inWeb = inside('web')
/** A large feature has several of a kind: clips-store.ts beside store.ts, hours-rules.ts beside rules.ts. */
const isRules = (file: string | undefined) => inServer(file) && /[/-]rules\.ts$/.test(file ?? '')
const isStore = (file: string) => inServer(file) && /[/-]store\.ts$/.test(file)
const isProduct = (file: string) => inProtocol(file) || inServer(file) || inAgent(file)

/** What pure code may use beside our own: nothing here reads a clock, a file or the network. */
const PURE_PACKAGES = new Set([
  'zod',
  'jose',
  'node:crypto',
  'node:buffer',
  'node:assert',
  'temporal-polyfill',
  'rrule-temporal',
])
const PROTOCOL_PACKAGES = new Set(['zod', 'jose', 'node:crypto'])

const isPackage = (imported: ImportFact, ...names: string[]) =>
  imported.file === undefined &&
  names.some((name) => imported.specifier === name || imported.specifier.startsWith(`${name}/`))
const isPrisma = (imported: ImportFact) =>
  inside('prisma')(imported.file) || isPackage(imported, '@prisma/client', '@prisma/adapter-pg', 'prisma')
const mayUseDatabase = (file: string) => file === 'server/db.ts' || isStore(file) || inside('prisma')(file)
const mayUsePg = (file: string) =>
  mayUseDatabase(file) || file === 'server/migrate.ts' || inside('server/embedded-postgres')(file)

const IMPORT_RULES: ImportRule[] = [
  {
    says: 'protocol/ imports only the schema library, node:crypto and jose, and nothing else of ours',
    binds: inProtocol,
    forbids: (imported) =>
      imported.file === undefined ? !PROTOCOL_PACKAGES.has(imported.specifier) : !inProtocol(imported.file),
  },
  {
    says: 'device-agent/ does not import server/, web/ or prisma/',
    binds: inAgent,
    forbids: (imported) => inServer(imported.file) || inWeb(imported.file) || isPrisma(imported),
  },
  {
    says: 'server/ does not import device-agent/ or web/',
    binds: inServer,
    forbids: (imported) => inAgent(imported.file) || inWeb(imported.file),
  },
  {
    says: 'device-agent/core/ is pure: it imports core/, protocol/ and pure packages only',
    binds: inCore,
    forbids: (imported) =>
      imported.file === undefined
        ? !PURE_PACKAGES.has(imported.specifier)
        : !inCore(imported.file) && !inProtocol(imported.file),
  },
  {
    says: 'server/**/rules.ts is pure: it imports other rules, protocol/ and pure packages only',
    binds: isRules,
    forbids: (imported) =>
      imported.file === undefined
        ? !PURE_PACKAGES.has(imported.specifier)
        : !isRules(imported.file) && !inProtocol(imported.file),
  },
  {
    says: 'only store.ts and db.ts import Prisma',
    binds: (file) => inServer(file) && !mayUseDatabase(file),
    forbids: isPrisma,
  },
  {
    says: 'only store.ts, and what opens the database, imports pg',
    binds: (file) => isProduct(file) && !mayUsePg(file),
    forbids: (imported) => isPackage(imported, 'pg'),
  },
  {
    says: 'only server/mqtt/ imports aedes',
    binds: (file) => isProduct(file) && !inside('server/mqtt')(file),
    forbids: (imported) => isPackage(imported, 'aedes', 'aedes-persistence'),
  },
  {
    says: 'only server/audio/ imports fluent-ffmpeg',
    binds: (file) => isProduct(file) && !inside('server/audio')(file),
    forbids: (imported) => isPackage(imported, 'fluent-ffmpeg'),
  },
  {
    says: 'web/ imports nothing from outside web/',
    binds: inWeb,
    forbids: (imported) => imported.file !== undefined && !inWeb(imported.file),
  },
]

/** One rule about what stands inside a file. */
interface UsageRule {
  says: string
  binds(file: string): boolean
  finds(facts: SourceFacts): Usage[]
}

const CONFIG_FILES = new Set(['server/config.ts', 'device-agent/config.ts'])
const isClock = (file: string) => file.endsWith('/clock.ts') && !inCore(file)
const isPure = (file: string) => inCore(file) || isRules(file)

const USAGE_RULES: UsageRule[] = [
  {
    says: 'only the two config.ts read process.env',
    binds: (file) => (isProduct(file) || inWeb(file)) && !CONFIG_FILES.has(file),
    finds: (facts) => facts.environment,
  },
  {
    says: 'the time comes from clock.ts',
    binds: (file) => isProduct(file) && !isClock(file),
    finds: (facts) => facts.wallClock,
  },
  {
    says: 'pure code has no timers, no randomness and no network',
    binds: isPure,
    finds: (facts) => facts.impurities,
  },
  {
    says: 'no mutable state at the top of a module',
    binds: isProduct,
    finds: (facts) => facts.moduleState,
  },
  {
    says: 'no barrels: nobody exports everything of another file',
    binds: (file) => isProduct(file) || inWeb(file),
    finds: (facts) => facts.starExports,
  },
  {
    says: 'no barrels: index.ts does not re-export',
    binds: (file) => (isProduct(file) || inWeb(file)) && /(^|\/)index\.(ts|js)$/.test(file),
    finds: (facts) =>
      facts.imports.filter((imported) => imported.isReExport).map(({ specifier, line }) => ({ what: specifier, line })),
  },
]

/** Every breach of the house rules in these files, in the order of the files. */
export function findViolations(files: SourceFacts[]): Violation[] {
  return [...files.flatMap(checkImports), ...files.flatMap(checkUsages), ...findCycles(files)]
}

function checkImports(facts: SourceFacts): Violation[] {
  return IMPORT_RULES.filter((rule) => rule.binds(facts.file)).flatMap((rule) =>
    facts.imports
      .filter((imported) => rule.forbids(imported, facts.file))
      .map((imported) => ({ file: facts.file, line: imported.line, rule: `${rule.says} (${imported.specifier})` })),
  )
}

function checkUsages(facts: SourceFacts): Violation[] {
  return USAGE_RULES.filter((rule) => rule.binds(facts.file)).flatMap((rule) =>
    rule.finds(facts).map(({ what, line }) => ({
      file: facts.file,
      line,
      rule: `${rule.says} (${what.split('\n', 1)[0]})`,
    })),
  )
}

/** Depth first; each cycle is reported once, at the import that closes it. Types count: they couple files as well. */
function findCycles(files: SourceFacts[]): Violation[] {
  const factsOf = new Map(files.map((facts) => [facts.file, facts]))
  const finished = new Set<string>()
  const violations: Violation[] = []
  const visit = (facts: SourceFacts, trail: string[]): void => {
    for (const imported of facts.imports) {
      const next = imported.file === undefined ? undefined : factsOf.get(imported.file)
      if (next === undefined || finished.has(next.file)) continue
      const start = [...trail, facts.file].indexOf(next.file)
      if (start < 0) {
        visit(next, [...trail, facts.file])
        continue
      }
      const cycle = [...[...trail, facts.file].slice(start), next.file].join(' → ')
      violations.push({ file: facts.file, line: imported.line, rule: `no cycles (${cycle})` })
    }
    finished.add(facts.file)
  }
  for (const facts of files) if (!finished.has(facts.file)) visit(facts, [])
  return violations
}

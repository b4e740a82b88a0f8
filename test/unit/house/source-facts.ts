import path from 'node:path'
import ts from 'typescript'

export interface ImportFact {
  /** As written, such as '#server/db.ts' or 'pg'. */
  specifier: string
  /** Path of the imported file from the project's root, or undefined for a package. */
  file: string | undefined
  isReExport: boolean
  line: number
}

export interface Usage {
  what: string
  line: number
}

/** What the house rules need to know of one source file. */
export interface SourceFacts {
  file: string
  imports: ImportFact[]
  /** `export * from`. */
  starExports: Usage[]
  /** `process.env`. */
  environment: Usage[]
  /** `Date.now()`, and `new Date()` or `Temporal.Now` alike. */
  wallClock: Usage[]
  /** `Math.random()`, `crypto.randomUUID()`, timers: what makes the same input give another output. */
  impurities: Usage[]
  /** `let` and `var` at the top of a module. */
  moduleState: Usage[]
}

/** The subpath imports of package.json. */
const SUBPATHS: Record<string, string> = {
  '#protocol/': 'protocol/',
  '#server/': 'server/',
  '#agent/': 'device-agent/',
  '#prisma/': 'prisma/generated/',
}

const IMPURE_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'Math.random', 'performance.now'])

/** Reads one file (TypeScript, or the script blocks of a Svelte component) without type checking. */
export function readFacts(file: string, content: string): SourceFacts {
  const code = file.endsWith('.svelte') ? keepScripts(content) : content
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
  const facts: SourceFacts = {
    file,
    imports: [],
    starExports: [],
    environment: [],
    wallClock: [],
    impurities: [],
    moduleState: [],
  }
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
  const addImport = (specifier: ts.Node | undefined, isReExport = false) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    facts.imports.push({
      specifier: specifier.text,
      file: resolveSpecifier(file, specifier.text),
      isReExport,
      line: lineOf(specifier),
    })
  }
  const visit = (node: ts.Node): void => {
    const usage = { what: node.getText(source), line: lineOf(node) }
    if (ts.isImportDeclaration(node)) addImport(node.moduleSpecifier)
    else if (ts.isExportDeclaration(node)) {
      addImport(node.moduleSpecifier, true)
      if (node.exportClause === undefined) facts.starExports.push(usage)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) addImport(node.argument.literal)
    else if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source)
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword || callee === 'require') addImport(node.arguments[0])
      if (callee === 'Date.now' || callee.startsWith('Temporal.Now.')) facts.wallClock.push(usage)
      if (IMPURE_CALLS.has(callee)) facts.impurities.push(usage)
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'Date') {
      if ((node.arguments?.length ?? 0) === 0) facts.wallClock.push(usage)
    } else if (ts.isPropertyAccessExpression(node) && usage.what === 'process.env') facts.environment.push(usage)
    else if (ts.isVariableStatement(node) && node.parent === source) {
      if ((node.declarationList.flags & ts.NodeFlags.Const) === 0) facts.moduleState.push(usage)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return facts
}

function resolveSpecifier(from: string, specifier: string): string | undefined {
  for (const [prefix, directory] of Object.entries(SUBPATHS)) {
    if (specifier.startsWith(prefix)) return directory + specifier.slice(prefix.length)
  }
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined
}

/** Blanks out all but the script blocks, so that line numbers stay right. */
function keepScripts(component: string): string {
  let kept = ''
  let position = 0
  for (const block of component.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) {
    const code = block[1] ?? ''
    const start = block.index + block[0].indexOf('>') + 1
    kept += component.slice(position, start).replace(/[^\n]/g, ' ') + code
    position = start + code.length
  }
  return kept + component.slice(position).replace(/[^\n]/g, ' ')
}

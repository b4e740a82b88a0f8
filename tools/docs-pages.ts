/** The pages of docs/ that the code itself knows: the protocol from its schemas, the settings from both config files. */
import { z } from 'zod'
import { settings as agentSettings } from '#agent/config.ts'
import { alertMessage, commandMessage } from '#protocol/alert.ts'
import { clipGet } from '#protocol/clip.ts'
import { enrolmentAnswer, enrolmentGrant, enrolmentProof, enrolmentRequest } from '#protocol/enrolment.ts'
import { keyRotation } from '#protocol/key-chain.ts'
import { ledgerAck, ledgerBatch, ledgerEntry, playReasons } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { clipsHeld, deviceState, hello, welcome } from '#protocol/link.ts'
import { dayPlan, targetManifest } from '#protocol/target.ts'
import { settings as serverSettings } from '#server/config.ts'
import { securityCodes } from '#server/security/codes.ts'

const messages: { name: string; where: string; way: string; qos: string; schema: z.ZodType }[] = [
  { name: 'hello', where: 'device/{id}/hello', way: 'up', qos: '1', schema: hello },
  { name: 'welcome (signed)', where: 'device/{id}/welcome', way: 'down', qos: '1', schema: welcome },
  { name: 'state', where: 'device/{id}/state', way: 'up', qos: '1, retained, last will', schema: deviceState },
  { name: 'ledger (signed by the device)', where: 'device/{id}/ledger', way: 'up', qos: '1', schema: ledgerBatch },
  { name: 'ledger entry', where: 'inside a ledger batch, as exact text', way: 'up', qos: '', schema: ledgerEntry },
  { name: 'ledger-ack', where: 'device/{id}/ledger-ack', way: 'down', qos: '1, after the commit', schema: ledgerAck },
  { name: 'clips', where: 'device/{id}/clips', way: 'up', qos: '1', schema: clipsHeld },
  { name: 'target (signed)', where: 'device/{id}/target', way: 'down', qos: '1', schema: targetManifest },
  { name: 'day plan', where: 'fetched like a clip, by hash', way: 'down', qos: '', schema: dayPlan },
  { name: 'command (signed)', where: 'device/{id}/command', way: 'down', qos: '1', schema: commandMessage },
  { name: 'clip-get', where: 'device/{id}/clip-get', way: 'up', qos: '0', schema: clipGet },
  { name: 'alert (signed)', where: 'area/{id}/alert', way: 'down', qos: '1', schema: alertMessage },
  {
    name: 'key rotation (signed by the key before it, or by the recovery key)',
    where: 'inside a welcome',
    way: 'down',
    qos: '',
    schema: keyRotation,
  },
  { name: 'enrolment request', where: 'POST /api/enrol', way: 'up', qos: '', schema: enrolmentRequest },
  {
    name: 'enrolment proof (signed)',
    where: 'inside the request',
    way: 'up',
    qos: '',
    schema: enrolmentProof,
  },
  { name: 'enrolment answer', where: 'POST /api/enrol', way: 'down', qos: '', schema: enrolmentAnswer },
  { name: 'enrolment grant (signed)', where: 'inside the answer', way: 'down', qos: '', schema: enrolmentGrant },
]

interface Node {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Node[]
  oneOf?: Node[]
  items?: Node
  properties?: Record<string, Node>
  required?: string[]
  description?: string
  pattern?: string
  minimum?: number
  maximum?: number
}

const jsonSchemaOf = (schema: z.ZodType): Node =>
  JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))

function sayType(node: Node): string {
  const options = node.anyOf ?? node.oneOf
  if (options !== undefined) return options.map(sayType).join(' or ')
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum !== undefined) return node.enum.map((one) => JSON.stringify(one)).join(', ')
  if (node.type === 'array') return `list of ${sayType(node.items ?? {})}`
  return String(node.type ?? 'any')
}

function listFields(node: Node, prefix = ''): string[] {
  const options = [...(node.anyOf ?? []), ...(node.oneOf ?? [])]
  if (options.length > 0) return options.flatMap((one) => listFields(one, prefix))
  if (node.type === 'array') return listFields(node.items ?? {}, `${prefix}[]`)
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const at = prefix === '' ? name : `${prefix}.${name}`
    const optional = node.required?.includes(name) === true ? '' : ' (optional)'
    return [`| \`${at}\`${optional} | ${sayType(field)} | ${field.description ?? ''} |`, ...listFields(field, at)]
  })
}

function describeMessage({ name, where, way, qos, schema }: (typeof messages)[number]): string {
  const rows = [...new Set(listFields(jsonSchemaOf(schema)))]
  const head = [where.includes('/{') ? `\`loaxa/v1/${where}\`` : where, way, qos === '' ? '' : `QoS ${qos}`]
  return `### ${name}\n\n${head.filter((one) => one !== '').join(' · ')}\n\n| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}

function protocolPage(): string {
  return `# Protocol v1

Written by \`npm run docs\` from the schemas in \`protocol/\`; do not edit. How the messages work together stands in
[architecture.md](architecture.md).

Signed messages are compact JWS (RFC 7515) with Ed25519 (RFC 8037), header \`typ\` \`loaxa-<type>+jws\`; the table shows the
payload. Unknown fields are ignored; what does not decode is counted, logged and dropped. Instants are whole milliseconds
since 1970 UTC.

## Messages

${messages.map(describeMessage).join('\n')}
### clip

\`loaxa/v1/device/{id}/clip\` · down · QoS 0 · binary, big-endian

| bytes | what |
|---|---|
| 1 | version, 1 |
| 1 | status: 0 block, 1 unknown, 2 busy |
| 32 | SHA-256 of the clip or day plan |
| 4 | offset of the block |
| 4 | length of the whole |
| 4 | busy: ask again after this many ms |
| rest | the block |

## Reasons

Why a play ended early or never began: ${playReasons.map((reason) => `\`${reason}\``).join(', ')}.

## Limits

| limit | value |
|---|---|
${Object.entries(limits)
  .map(([name, value]) => `| \`${name}\` | ${value} |`)
  .join('\n')}
`
}

/** What a setting may be, as far as its schema tells it in a few words. */
function sayValues(schema: z.ZodType): string {
  const { enum: values, minimum, maximum }: Node = jsonSchemaOf(schema)
  if (values !== undefined) return values.map((one) => `\`${one}\``).join(', ')
  // Whole numbers without a bound of ours have the largest safe integer as one.
  const isBound = (bound: number | undefined): boolean =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  const from = isBound(minimum) ? `from ${minimum}` : ''
  return [from, isBound(maximum) ? `to ${maximum}` : ''].filter((one) => one !== '').join(' ')
}

function settingsTable(settings: z.ZodObject<Record<string, z.ZodType>>): string {
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const unset = schema.safeParse(undefined)
    const fallback = unset.success ? String(unset.data ?? '') : ''
    const cells = [`\`${name}\``, fallback === '' ? '' : `\`${fallback}\``, sayValues(schema), schema.description ?? '']
    return `| ${cells.join(' | ')} |`
  })
  return `| setting | default | values | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

function settingsPage(): string {
  return `# Settings

Written by \`npm run docs\` from \`server/config.ts\` and \`device-agent/config.ts\`; do not edit. All of them are environment
variables; an empty one counts as not set. A setting that is not valid stops the program with a sentence that names it.

## Server

${settingsTable(serverSettings)}
## Device agent

${settingsTable(agentSettings)}`
}

function securityEventsPage(): string {
  const rows = Object.entries(securityCodes).map(
    ([code, { severity, meaning }]) => `| \`${code}\` | ${severity} | ${meaning} |`,
  )
  return `# Security events

Written by \`npm run docs\` from \`server/security/codes.ts\`; do not edit. Codes are never renamed or reused, so that rules
may rely on them. Each event is a line of the server's log (\`securityEvent\`, \`severity\`, and what is known of
\`accountId\`, \`userName\`, \`deviceId\`, \`claimedId\` (the device that somebody without its credential says to be),
\`address\`, \`requestId\`, \`detail\`), counts in \`loaxa_security_events_total{code="…"}\`, and goes to the SOC
where \`SYSLOG_URL\` is set. The severity is that of RFC 5424. How to set that up stands in [operations.md](operations.md).

Of a flood, the first 20 events of one code and source in a minute are said; one further event says afterwards how many
there were (\`withheld\`). The metrics count all.

| code | severity | meaning |
|---|---|---|
${rows.join('\n')}
`
}

/** File below the project's root → its text. */
export const generatedPages = (): Record<string, string> => ({
  'docs/protocol.md': protocolPage(),
  'docs/settings.md': settingsPage(),
  'docs/security-events.md': securityEventsPage(),
})

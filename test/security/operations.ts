import { z } from 'zod'
import { inAWeek } from './world.ts'

/** As much of JSON Schema as our OpenAPI document uses in requests. */
export interface Shape {
  readonly type?: string | readonly string[] | undefined
  readonly format?: string | undefined
  readonly pattern?: string | undefined
  readonly const?: unknown
  readonly enum?: readonly unknown[] | undefined
  readonly properties?: Readonly<Record<string, Shape>> | undefined
  readonly items?: Shape | undefined
  readonly anyOf?: readonly Shape[] | undefined
  readonly oneOf?: readonly Shape[] | undefined
  readonly minimum?: number | undefined
}

const shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), shape).optional(),
    items: shape.optional(),
    anyOf: z.array(shape).optional(),
    oneOf: z.array(shape).optional(),
    minimum: z.number().optional(),
  }),
)
const parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: shape })
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: shape.optional() })) }).optional(),
})
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) })

export interface Operation {
  readonly method: string
  /** As in the document: /api/areas/{id}. */
  readonly path: string
  readonly query: Readonly<Record<string, Shape>>
  /** Undefined: takes no JSON. */
  readonly body: Shape | undefined
}

export function readOperations(openApi: string): Operation[] {
  return Object.entries(document.parse(JSON.parse(openApi)).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: Object.fromEntries(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one.schema])),
      body: requestBody?.content['application/json']?.schema,
    })),
  )
}

/** Every name of a field that a person or a program fills in. */
export function fieldsOf(of: Shape | undefined): string[] {
  if (of === undefined) return []
  const nested = [
    ...Object.values(of.properties ?? {}),
    ...(of.anyOf ?? []),
    ...(of.oneOf ?? []),
    ...(of.items ? [of.items] : []),
  ]
  return [...Object.keys(of.properties ?? {}), ...nested.flatMap(fieldsOf)]
}

/** Something that looks right: of the type that is asked for. `ids` are tried for ids, by the name of the field. */
export function sample(of: Shape, name: string, ids: Readonly<Record<string, string>>): unknown {
  const first = of.oneOf?.[0] ?? of.anyOf?.[0]
  if (first !== undefined) return sample(first, name, ids)
  if (of.const !== undefined) return of.const
  if (of.enum !== undefined) return of.enum[0]
  const type = typeof of.type === 'string' ? of.type : of.type?.[0]
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(of.properties ?? {}).map(([key, one]) => [key, sample(one, key, ids)]))
    case 'array':
      return of.items === undefined ? [] : [sample(of.items, name, ids)]
    case 'integer':
    case 'number':
      return Math.max(of.minimum ?? 1, 1)
    case 'boolean':
      return false
    case 'string':
      return sampleText(of, name, ids)
    default:
      return null
  }
}

function sampleText(of: Shape, name: string, ids: Readonly<Record<string, string>>): string {
  if (of.format === 'uuid') return ids[name] ?? '018f0000-0000-7000-8000-00000000abcd'
  if (of.format === 'date-time') return name.endsWith('From') || name === 'from' ? '2026-03-02T05:30:00Z' : inAWeek()
  if (of.format === 'date') return '2099-03-02'
  if (name === 'localTimes') return '05:30'
  if (ids[name] !== undefined) return ids[name]
  if (name === 'language' || name === 'voice') return 'vi'
  return 'một hai ba bốn'
}

import type { Logger } from 'pino'
import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import { areaId, type DeviceId, newId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic, downlinks, everyDevice, uplinks } from '#protocol/topics.ts'
import type { BrokerAccounts } from './link.ts'
import { LinkError } from './link-error.ts'

/**
 * Devices' accounts on mosquitto, through its dynamic-security plugin
 * (https://mosquitto.org/documentation/dynamic-security/). Every act may be repeated.
 */
export interface DynamicSecurity extends BrokerAccounts {
  /** Makes the roles of the server and of devices as this version wants them, and gives the server its own. */
  prepare(): Promise<void>
  /** Ends the device's connection; its account stays as it is. */
  kick(id: DeviceId): Promise<void>
  /** To be told what arrives on `controlResponse`. */
  receive(payload: Uint8Array): void
  /** Nothing that was asked will be answered any more. */
  abandon(): void
}

export const controlRequest = '$CONTROL/dynamic-security/v1'
export const controlResponse = '$CONTROL/dynamic-security/v1/response'
const DEVICE_ROLE = 'loaxa-device'
const SERVER_ROLE = 'loaxa-server'

const acl = z.object({ acltype: z.string(), topic: z.string(), priority: z.number().default(0), allow: z.boolean() })
type Acl = z.infer<typeof acl>
const response = z.object({
  command: z.string(),
  correlationData: z.string().optional(),
  error: z.string().optional(),
  data: z.object({ role: z.object({ acls: z.array(acl).default([]) }).optional() }).optional(),
})
type Response = z.infer<typeof response>
const responses = z.object({ responses: z.array(response) })

const allow = (acltype: string, topic: string): Acl => ({ acltype, topic, priority: 0, allow: true })

/**
 * The access rules of protocol/topics.ts. The plugin of mosquitto 2.0 knows no `%u`, so that what is a device's own needs
 * a role of its own; what all devices may read is one shared role.
 */
const ownRoleOf = (id: DeviceId): string => `${DEVICE_ROLE}-${id}`
const ownRoleAcls = (id: DeviceId): Acl[] => [
  ...uplinks.map((kind) => allow('publishClientSend', deviceTopic(id, kind))),
  ...downlinks.map((kind) => allow('subscribeLiteral', deviceTopic(id, kind))),
]
const anyId = '00000000-0000-0000-0000-000000000000'
const sharedTopics = [alertTopic(areaId.parse(anyId)).replace(anyId, '+'), 'loaxa/v1/live/+']
/** A pattern lets through itself too, wildcard and all; nobody needs the alerts of every area at once. */
const sharedRoleAcls = (): Acl[] =>
  sharedTopics.flatMap((topic) => [
    allow('subscribePattern', topic),
    { acltype: 'subscribeLiteral', topic, priority: 1, allow: false },
  ])

const serverRoleAcls = (): Acl[] => [
  allow('publishClientSend', 'loaxa/v1/#'),
  ...uplinks.map((kind) => allow('subscribePattern', everyDevice(kind))),
]

const sortedText = (acls: readonly Acl[]): string =>
  acls
    .map(({ acltype, topic, priority, allow: isAllowed }) => `${acltype} ${topic} ${priority} ${isAllowed}`)
    .sort()
    .join('\n')

export function createDynamicSecurity(deps: {
  readonly userName: string
  readonly log: Logger
  readonly timeoutMs: number
  /** Sends to `controlRequest`. */
  send(payload: Uint8Array): Promise<void>
}): DynamicSecurity {
  const waiting = new Map<string, { resolve(answer: Response): void; reject(error: Error): void }>()

  /** Resolves with the answer, also when that says `error`. */
  function ask(command: string, fields: Record<string, unknown>): Promise<Response> {
    const correlationData = newId(0)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(() => reject(new LinkError('timeout', `the broker did not answer ${command}`))),
        deps.timeoutMs,
      )
      const settle = (finish: () => void): void => {
        clearTimeout(timer)
        waiting.delete(correlationData)
        finish()
      }
      waiting.set(correlationData, {
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      })
      const request = { commands: [{ command, ...fields, correlationData }] }
      deps.send(Buffer.from(JSON.stringify(request))).catch((error: Error) => settle(() => reject(error)))
    })
  }

  /** @throws Error when the broker refuses for another reason than those in `accepted`. */
  async function act(command: string, fields: Record<string, unknown>, ...accepted: string[]): Promise<Response> {
    const answer = await ask(command, fields)
    if (answer.error !== undefined && !accepted.includes(answer.error))
      throw new Error(`the broker refused ${command}: ${answer.error}`)
    return answer
  }

  /** Changing a role cuts off everybody who has it, so it is changed only when it differs. */
  async function ensureRole(rolename: string, acls: Acl[]): Promise<void> {
    const known = await act('getRole', { rolename }, 'Role not found')
    if (known.error !== undefined) {
      await act('createRole', { rolename, acls }, 'Role already exists')
    } else if (sortedText(known.data?.role?.acls ?? []) !== sortedText(acls)) {
      await act('modifyRole', { rolename, acls })
      deps.log.info({ rolename }, 'a role on the broker was brought up to date')
    }
  }

  return {
    async prepare() {
      await ensureRole(DEVICE_ROLE, sharedRoleAcls())
      await ensureRole(SERVER_ROLE, serverRoleAcls())
      const mine = await ask('addClientRole', { username: deps.userName, rolename: SERVER_ROLE })
      if (mine.error !== undefined) deps.log.debug({ answer: mine.error }, 'the server has its role on the broker')
    },
    async create(id, secret) {
      await ensureRole(ownRoleOf(id), ownRoleAcls(id))
      const account = {
        username: id,
        password: secret,
        clientid: id,
        roles: [DEVICE_ROLE, ownRoleOf(id)].map((rolename) => ({ rolename, priority: 0 })),
      }
      const created = await act('createClient', account, 'Client already exists')
      if (created.error === undefined) return
      await act('modifyClient', account)
      await act('enableClient', { username: id })
    },
    async revoke(id) {
      await act('disableClient', { username: id }, 'Client not found')
    },
    async kick(id) {
      // Every change of an account ends its connection; this one changes nothing.
      await act('modifyClient', { username: id, clientid: id }, 'Client not found')
    },
    receive(payload) {
      const decoded = decodeJson(responses, payload)
      if (!decoded.ok) {
        deps.log.warn({ detail: decoded.error }, 'the broker answered something unknown')
        return
      }
      for (const answer of decoded.value.responses) waiting.get(answer.correlationData ?? '')?.resolve(answer)
    },
    abandon() {
      for (const one of waiting.values()) one.reject(new LinkError('link-down', 'the connection to the broker ended'))
    },
  }
}

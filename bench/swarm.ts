import { z } from 'zod'
import { startChild } from './child.ts'

export interface SwarmMember {
  readonly id: string
  readonly secret?: string
  /** The device's own topic. */
  readonly topic: string
}

/** Thousands of simulated devices (mqtt-packet over plain sockets) in a process of their own. */
export interface Swarm {
  readonly size: number
  /** How long it took until all were connected and subscribed. */
  readonly connectedMs: number
  /** When every device (or `count` messages) has received what was stamped with this round: since the round began. */
  awaitRound(round: number, count?: number): Promise<{ p50Ms: number; lastMs: number }>
  stop(): Promise<void>
}

const ROUND_TIMEOUT_MS = 60_000

/** Every member listens to its own topic and to the common one. */
export async function connectSwarm(options: {
  readonly host: string
  readonly port: number
  readonly commonTopic: string
  readonly members: readonly SwarmMember[]
}): Promise<Swarm> {
  const { members, ...rest } = options
  const child = await startChild('swarm-process.ts')
  try {
    const input = { ...rest, devices: members }
    const { elapsedMs } = await child.ask('connect', input, z.object({ elapsedMs: z.number() }))
    return {
      size: members.length,
      connectedMs: elapsedMs,
      awaitRound: (round, count = members.length) =>
        child.ask(
          'awaitRound',
          { round, count, timeoutMs: ROUND_TIMEOUT_MS },
          z.object({ p50Ms: z.number(), lastMs: z.number() }),
        ),
      stop: () => child.stop(),
    }
  } catch (cause) {
    await child.stop()
    throw cause
  }
}

import { ApiProblem, isCancelled } from '../api/problem.ts'
import { useConsole } from '../console.ts'

/** The sending of a form, one at a time. To be made while a component is being set up. */
export interface Submission {
  readonly isBusy: boolean
  /** What the server refused, in the reader's words; stands until the next try, or until the wait it speaks of is over. */
  readonly problem: string | undefined
  /** Until the server takes another try; 0: at once. */
  readonly waitMs: number
  /** For the form's `onsubmit`, or without an event. Throws what is no refusal. */
  send(event?: SubmitEvent): Promise<void>
  /** What was refused no longer concerns what the form holds. */
  reset(): void
}

export function useSubmission(work: () => Promise<void>): Submission {
  const { clock } = useConsole()
  let isBusy = $state(false)
  let refused = $state.raw<{ message: string; untilMs: number | undefined } | undefined>(undefined)
  const waitMs = $derived(Math.max(0, (refused?.untilMs ?? 0) - clock.nowMs))
  const problem = $derived(refused && (refused.untilMs === undefined || waitMs > 0) ? refused.message : undefined)
  return {
    get isBusy() {
      return isBusy
    },
    get problem() {
      return problem
    },
    get waitMs() {
      return waitMs
    },
    async send(event) {
      event?.preventDefault()
      isBusy = true
      refused = undefined
      try {
        await work()
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        if (isCancelled(error)) return
        const { message, retryAfterMs } = error
        refused = { message, untilMs: retryAfterMs > 0 ? clock.nowMs + retryAfterMs : undefined }
      } finally {
        isBusy = false
      }
    },
    reset() {
      refused = undefined
    },
  }
}

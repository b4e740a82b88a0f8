import { ApiProblem } from '../api/problem.ts'

/** The sending of a form, one at a time. */
export interface Submission {
  readonly isBusy: boolean
  /** What the server refused, in the reader's words; stands until the next try. */
  readonly problem: string | undefined
  /** For the form's `onsubmit`. Throws what is no refusal. */
  send(event: SubmitEvent): Promise<void>
}

export function useSubmission(work: () => Promise<void>): Submission {
  let isBusy = $state(false)
  let problem = $state<string | undefined>(undefined)
  return {
    get isBusy() {
      return isBusy
    },
    get problem() {
      return problem
    },
    async send(event) {
      event.preventDefault()
      isBusy = true
      problem = undefined
      try {
        await work()
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        problem = error.message
      } finally {
        isBusy = false
      }
    },
  }
}

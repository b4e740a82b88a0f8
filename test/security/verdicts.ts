import { type Action, actions, isAction, type Role } from '#server/auth/rules.ts'
import type { Recipe, Request } from './recipes.ts'
import type { ListedRoute } from './routes.ts'
import type { Answer, Question } from './running-server.ts'
import type { Person, PlaceName } from './world.ts'

/** An id that nothing has. */
export const unknownId = '018f0000-0000-7000-8000-00000000abcd'

export const holds = (role: Role | undefined, action: Action): boolean =>
  role !== undefined && actions[action].some((allowed) => allowed === role)

export function toQuestion(
  { method, url }: ListedRoute,
  { params = {}, query, body, bytes, headers }: Request,
): Question {
  const path = url.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? unknownId))
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
  const sent =
    bytes !== undefined
      ? { headers: { 'content-type': 'application/octet-stream' }, body: bytes }
      : body !== undefined
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        : {}
  return { method, path: `${path}${search}`, ...sent, headers: { ...sent.headers, ...headers } }
}

export type Verdict = 'yes' | 'no' | 'unseen'

/** What the table says. `unseen`: the thing does not exist for them. */
export function expectVerdict(person: Person, action: Action, recipe: Recipe, place: PlaceName): Verdict {
  // Who may do it nowhere is told so before anything is looked for, whatever they ask for.
  if (!holds(person.role, action) && !(person.auditsOther && holds('auditor', action))) return 'no'
  if (recipe.of !== 'one') return 'yes'
  const mayIn = (one: Action): boolean =>
    ((place === 'own' || place === 'below') && holds(person.role, one)) ||
    (place === 'other' && person.auditsOther && holds('auditor', one)) ||
    (place === 'above' && recipe.isHeardBelow === true && holds(person.role, one))
  if (mayIn(action) && mayIn(recipe.needs ?? action)) return 'yes'
  const reading = recipe.readWith ?? `${action.split('.')[0]}.read`
  return isAction(reading) && mayIn(reading) ? 'no' : 'unseen'
}

export const isJudgedRight = (answer: Answer, verdict: Verdict, orElse: readonly number[] = []): boolean => {
  if (verdict === 'no') return answer.status === 403
  if (verdict === 'unseen') return answer.status === 404
  return (answer.status >= 200 && answer.status < 300) || orElse.includes(answer.status)
}

import type { components } from '../../api/schema.d.ts'

type Schemas = components['schemas']
export type OwnRules = Schemas['AreaOwnRules']
export type EffectiveRules = Schemas['AreaEffectiveRules']
export type AreaRules = Schemas['AreaRules']
export type Impact = Pick<Schemas['AreaRulesChanged'], 'noLongerFits' | 'capsBroken'> & {
  readonly delayed?: Schemas['MoveImpact']['delayed']
}
export type AreaHoliday = Schemas['AreaHoliday']
export type Suspension = Schemas['Suspension']
export type Move = Schemas['Move']
export type Window = NonNullable<OwnRules['hours']>[number]
export type Volume = NonNullable<OwnRules['volumes']>[number]
export type LeadInClip = Schemas['LeadInClip']
export type AreasOverview = Schemas['AreasOverview']

import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { CaseCell, NewInsight, SeenCase } from '../../shared/case.ts'
import type { WriteContext } from '../lib/actor.ts'
import { type Env, forbidden, jsonBody, may, requires, restrictionsBeside } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { CaseSearch, NewCase, WantedOfCase } from './asked.ts'
import type { CaseField } from './search.ts'

interface Counted {
  values: string[]
  count: number
}
/** What the routes of cases are handed. */
export interface CaseNeeds {
  searchCases(only: Restrictions, asked: CaseSearch): Promise<{ cases: SeenCase[]; total: number }>
  countCases(filter: string, groups: CaseField[], limit: number): Promise<{ total: number; groups: Counted[]; each: Counted[][] }>
  getCase(only: Restrictions, which: string): Promise<SeenCase>
  caseTimeline(only: Restrictions, which: string): Promise<CaseCell[]>
  createCase(only: Restrictions, ctx: WriteContext, given: NewCase): Promise<{ file: SeenCase; change: string }>
  changeCase(only: Restrictions, ctx: WriteContext, which: string, wanted: WantedOfCase): Promise<SeenCase>
  changeCases(ctx: WriteContext, which: string[], wanted: WantedOfCase): Promise<null>
  addCaseInsights(
    only: Restrictions,
    ctx: WriteContext,
    which: string,
    insights: NewInsight[],
  ): Promise<{ file: SeenCase; added: number; change: string }>
  removeCaseInsights(
    only: Restrictions,
    ctx: WriteContext,
    which: string,
    insights: Pick<NewInsight, 'type' | 'resource_id'>[],
  ): Promise<SeenCase>
  commentCase(ctx: WriteContext, which: string, text: string): Promise<CaseCell>
  editCaseComment(ctx: WriteContext, which: string, id: string, text: string): Promise<null>
  deleteCaseComment(ctx: WriteContext, which: string, id: string): Promise<null>
  /** Refuses a query that cannot be read; `field` is where it stood. */
  checkQuery(query: string, field: string): string
}

export const tags = ['Cases']
export const base = '/api/v2/cases'
export const localBase = '/api/local/cases'
export const caseBody = <S extends z.ZodType>(attributes: S) =>
  jsonBody(z.object({ data: z.strictObject({ type: z.literal('case').optional(), attributes }) }))
export const read = { tags, middleware: [requires('cases_read')] }
export const write = { tags, middleware: [requires('cases_write')] }

/** Whoever may not read signals sees of those in a case that they are there. */
export const seenBy = restrictionsBeside

/** Signals that come into a case go under review: that takes the permission to move them. */
export function checkSignals(c: Context<Env>, insights: readonly Pick<NewInsight, 'type'>[]): void {
  const needed = ['security_monitoring_signals_read', 'security_monitoring_signals_write'] as const
  const missing = insights.some(({ type }) => type === 'SECURITY_SIGNAL') && needed.find(permission => !may(c, permission))
  if (missing) throw forbidden(missing)
}

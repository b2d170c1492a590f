import type { CasePriority, CaseStatus, NewInsight } from '../../shared/case.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { CaseChange } from './change.ts'
import type { CaseOrder } from './search.ts'

/** What a new case takes. `project` is an id or a key, `assignee` a uuid. */
export interface NewCase {
  project: string
  type: string
  title: string
  description: string
  priority: CasePriority
  status?: CaseStatus
  assignee?: string
  due_date?: string
  custom_attributes?: JsonObject
  insights: NewInsight[]
}
/** A change as it is asked for: people by uuid, '' for nobody. */
export type WantedOfCase = Omit<CaseChange, 'assignee'> & { assignee?: string }
export interface CaseSearch {
  filter: string
  sort: CaseOrder
  ascending: boolean
  page: number
  size: number
}

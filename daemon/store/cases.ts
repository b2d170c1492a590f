import {
  builtInTypes,
  type Case,
  type CaseCell,
  type CaseInsight,
  type CaseLink,
  type CaseProject,
  type CaseRef,
  type CaseType,
} from '../../shared/case.ts'
import type { Database } from './sqlite.ts'

/** Investigation cases with their projects, insights, timelines and links. Call what writes inside `store.write`. */
export function openCases(db: Database) {
  const selectProjects = db.prepare('SELECT body FROM case_project ORDER BY key')
  const insertProject = db.prepare('INSERT INTO case_project VALUES (?, ?, 0, ?)')
  const updateProject = db.prepare('UPDATE case_project SET body = ? WHERE id = ?')
  const removeProject = db.prepare('DELETE FROM case_project WHERE id = ?')
  const holds = db.prepare("SELECT count(*) AS count FROM case_file WHERE body ->> '$.project.id' = ?")
  const selectTypes = db.prepare('SELECT body FROM case_type')
  const putType = db.prepare('INSERT INTO case_type VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const countUp = db.prepare('UPDATE case_project SET last = last + 1 WHERE id = ? RETURNING last')
  const put = db.prepare('INSERT INTO case_file VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const select = db.prepare('SELECT body FROM case_file WHERE id = ? OR key = ?')
  const selectAll = db.prepare('SELECT body FROM case_file ORDER BY seq')
  const insertInsight = db.prepare('INSERT OR IGNORE INTO case_insight VALUES (?, ?, ?, ?, ?)')
  const removeInsight = db.prepare('DELETE FROM case_insight WHERE case_id = ? AND type = ? AND resource_id = ?')
  const selectInsight = db.prepare('SELECT body FROM case_insight WHERE case_id = ? AND type = ? AND resource_id = ?')
  const selectInsights = db.prepare('SELECT body FROM case_insight WHERE case_id = ? ORDER BY seq LIMIT ? OFFSET ?')
  const putCell = db.prepare('INSERT INTO case_cell VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const selectCell = db.prepare('SELECT body FROM case_cell WHERE id = ? AND case_id = ?')
  const selectCells = db.prepare('SELECT body FROM case_cell WHERE case_id = ? ORDER BY seq')
  const insertLink = db.prepare('INSERT INTO case_link VALUES (?, ?, ?, ?, ?)')
  const selectLink = db.prepare('SELECT body FROM case_link WHERE id = ?')
  const selectLinks = db.prepare('SELECT body FROM case_link WHERE parent = :entity OR child = :entity ORDER BY seq')
  const removeLink = db.prepare('DELETE FROM case_link WHERE id = ?')
  const insertIncident = db.prepare('INSERT OR IGNORE INTO case_incident VALUES (?, ?, ?)')
  const removeIncident = db.prepare('DELETE FROM case_incident WHERE case_id = ? AND incident_id = ?')
  const selectIncidents = db.prepare('SELECT incident_id FROM case_incident WHERE case_id = ? ORDER BY seq')
  const selectOfIncident = db.prepare(
    "SELECT id, key, body ->> 'title' AS title FROM case_incident JOIN case_file ON id = case_id WHERE incident_id = ? ORDER BY case_incident.seq",
  )
  const read = <T>(row: unknown) => JSON.parse((row as { body: string }).body) as T
  const one = <T>(row: unknown): T | undefined => (row ? read<T>(row) : undefined)

  const projects = (): CaseProject[] => selectProjects.all().map(row => read<CaseProject>(row))
  const types = (): CaseType[] => [...builtInTypes, ...selectTypes.all().map(row => read<CaseType>(row))]
  /** Cases name their project and type; what those are called now stands with those. */
  function named(cases: readonly Case[]): Case[] {
    const known = { projects: new Map(projects().map(one => [one.id, one])), types: new Map(types().map(one => [one.id, one])) }
    return cases.map(one => {
      const { name, needsReason } = known.types.get(one.type) ?? { name: one.type, needsReason: false }
      const project = { ...one.project, name: known.projects.get(one.project.id)?.name ?? one.project.name }
      return { ...one, project, type_name: name, needs_reason: needsReason }
    })
  }

  return {
    projects,
    addProject: (project: CaseProject): void => void insertProject.run(project.id, project.key, JSON.stringify(project)),
    putProject: (project: CaseProject): void => void updateProject.run(JSON.stringify(project), project.id),
    removeProject: (id: string): void => void removeProject.run(id),
    /** How many cases a project has. */
    inProject: (id: string): number => (holds.get(id) as { count: number }).count,
    /** Those that are always there, and people's own; deleted ones too. */
    types,
    putType: (type: CaseType): void => void putType.run(type.id, JSON.stringify(type)),
    /** The next number in a project. */
    nextNumber: (project: string): number => (countUp.get(project) as { last: number }).last,
    /** By its id or its key. */
    get(which: string): Case | undefined {
      const found = one<Case>(select.get(which, which))
      return found && named([found])[0]
    },
    /** Oldest first. */
    all: (): Case[] => named(selectAll.all().map(row => read<Case>(row))),
    /** `seq` orders a new one; an old one keeps its place. */
    put: (one: Case, seq: number): void => void put.run(one.id, one.key, seq, JSON.stringify(one)),

    /** False where the case has it already. */
    addInsight: (id: string, insight: CaseInsight, seq: number): boolean =>
      insertInsight.run(id, insight.type, insight.resource_id, seq, JSON.stringify(insight)).changes > 0,
    /** False where the case does not have it. */
    removeInsight: (id: string, { type, resource_id }: Pick<CaseInsight, 'type' | 'resource_id'>): boolean =>
      removeInsight.run(id, type, resource_id).changes > 0,
    insight: (id: string, { type, resource_id }: Pick<CaseInsight, 'type' | 'resource_id'>): CaseInsight | undefined =>
      one<CaseInsight>(selectInsight.get(id, type, resource_id)),
    /** In the order in which they came. */
    insights: (id: string, limit = -1, offset = 0): CaseInsight[] =>
      selectInsights.all(id, limit, offset).map(row => read<CaseInsight>(row)),

    /** `seq` orders a new one; an old one keeps its place. */
    putCell: (cell: CaseCell, seq: number): void => void putCell.run(cell.id, cell.case_id, seq, JSON.stringify(cell)),
    cell: (id: string, cell: string): CaseCell | undefined => one<CaseCell>(selectCell.get(cell, id)),
    /** Oldest first. */
    cells: (id: string): CaseCell[] => selectCells.all(id).map(row => read<CaseCell>(row)),

    addLink: (link: CaseLink, seq: number): void =>
      void insertLink.run(link.id, link.parent_entity_id, link.child_entity_id, seq, JSON.stringify(link)),
    link: (id: string): CaseLink | undefined => one<CaseLink>(selectLink.get(id)),
    linksOf: (entity: string): CaseLink[] => selectLinks.all({ entity }).map(row => read<CaseLink>(row)),
    removeLink: (id: string): void => void removeLink.run(id),

    /** False where they are linked already. */
    addIncident: (id: string, incident: string, seq: number): boolean => insertIncident.run(id, incident, seq).changes > 0,
    removeIncident: (id: string, incident: string): boolean => removeIncident.run(id, incident).changes > 0,
    incidents: (id: string): string[] =>
      (selectIncidents.all(id) as { incident_id: string }[]).map(({ incident_id: incident }) => incident),
    /** Cases that an incident is linked to. */
    ofIncident: (incident: string): (CaseRef & { title: string })[] =>
      selectOfIncident.all(incident) as unknown as (CaseRef & { title: string })[],
  }
}

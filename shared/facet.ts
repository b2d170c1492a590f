/** A path that logs, signals or audit events have values at, as facets, group-bys and completion name it. */
export interface FacetPath {
  /** `@http.status_code`, `service`, a tag key. */
  path: string
  /** What its values are, by the first thousand of them. */
  type: 'string' | 'number' | 'boolean' | 'mixed'
  /** Distinct values by what they read; 10,000 stands for that many or more. */
  cardinality: number
  /** How many have a value here. */
  count: number
}

export interface FacetPaths {
  paths: FacetPath[]
  /** There are more than are listed. */
  cut: boolean
}

import type { CaseFile, CaseFormat } from './file.ts'

/** As it is stored, for machines. */
export const json: CaseFormat = {
  ending: 'json',
  type: 'application/json',
  write: ({ case: one, insights, more, cells, links, incidents }: CaseFile, now) =>
    `${JSON.stringify(
      {
        exported_at: now,
        case: one,
        insights: insights.map(({ insight, signal }) => ({ ...insight, ...(signal && { signal }) })),
        insights_left_out: more,
        timeline: cells,
        links,
        incidents,
      },
      null,
      2,
    )}\n`,
}

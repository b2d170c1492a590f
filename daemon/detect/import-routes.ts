import { z } from '@hono/zod-openapi'
import type { RulePayload } from '../../shared/rule.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, invalid, jsonAnswer, requires, route } from '../lib/http.ts'
import { parseJson } from '../lib/json.ts'
import type { Read } from './sigma/import.ts'
import type { Import, ReadImport } from './sigma/read.ts'

/** What became of a rule of an import: `kept` where a person has changed it since it was imported. */
export const changes = ['created', 'updated', 'unchanged', 'kept'] as const
export type Change = (typeof changes)[number]
/** What became of one, or what is wrong with its id. */
export type Imported = Change | { refused: string }

interface Needs {
  readImport: ReadImport
  /** Put in rules, all or none; answers what became of each. */
  importRules(ctx: WriteContext, rules: { id: string; payload: RulePayload }[]): Promise<Imported[]>
}

const Files = z.strictObject({
  data: z.strictObject({
    type: z.literal('rule_import'),
    attributes: z.strictObject({
      files: z
        .array(z.strictObject({ path: z.string().min(1).max(1024), text: z.string() }))
        .min(1)
        .max(10_000),
    }),
  }),
})

const Reported = z.object({
  file: z.string(),
  line: z.number(),
  title: z.string().optional(),
  outcome: z.enum(['imported', 'imported_with_loss', 'refused']),
  losses: z.array(z.string()),
  problem: z.object({ field: z.string().optional(), message: z.string() }).optional(),
  id: z.string().optional(),
  change: z.enum(changes).optional(),
})
const Report = z
  .object({
    data: z.object({
      type: z.literal('rule_import'),
      attributes: z.object({ counts: z.record(z.string(), z.number()), rules: z.array(Reported) }),
    }),
  })
  .openapi('RuleImport')

/** Most problems that a refusal names. */
const mostNamed = 100
const binary = { schema: z.string().openapi({ format: 'binary' }) }

/** Sigma rules in, rules of ours and a report of each out. */
export const importRoutes = ({ readImport, importRules }: Needs) =>
  createRouter().openapi(
    route({
      method: 'post',
      path: '/api/local/rules/import',
      tags: ['Detection rules'],
      summary: 'Import Sigma rules: a text, an archive, or files by name',
      middleware: [requires('security_monitoring_rules_write')],
      request: {
        body: {
          required: true,
          content: {
            'text/yaml': { schema: z.string() },
            'application/zip': binary,
            'application/gzip': binary,
            'application/json': { schema: z.looseObject({}).openapi({ description: 'data.attributes.files: path and text of each' }) },
          },
        },
      },
      responses: { 200: jsonAnswer(Report, 'What became of each rule') },
    }),
    async c => {
      const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
      const isJson = type === 'application/json' || type === 'application/vnd.api+json'
      const wanted: Import = isJson ? readFiles(parseJson(await c.req.text())) : { bytes: new Uint8Array(await c.req.arrayBuffer()) }
      const read = await readImport(wanted)
      const good = read.flatMap(({ rule }) => (rule ? [rule] : []))
      if (good.length === 0) throw refusalOf(read)
      const done = await importRules(c.var.write, good)
      const imported = new Map(good.map(({ id }, i) => [id, done[i]!]))
      const rules = read.map(({ rule, ...entry }) => (rule ? become(entry, rule.id, imported.get(rule.id)!) : entry))
      return c.json({ data: { type: 'rule_import' as const, attributes: { counts: countsOf(rules), rules } } }, 200)
    },
  )

function readFiles(body: unknown): Import {
  const result = Files.safeParse(body)
  if (!result.success) throw invalid(result.error.issues)
  return { files: result.data.data.attributes.files }
}

/** A rule whose id is that of one that no import may change is refused as much as one that cannot be read. */
function become(entry: Omit<Read, 'rule'>, id: string, imported: Imported): z.input<typeof Reported> {
  if (typeof imported === 'string') return { ...entry, id, change: imported }
  return { ...entry, outcome: 'refused', losses: [], problem: { field: 'id', message: imported.refused } }
}

function refusalOf(read: readonly Read[]): Refusal {
  const problems = read.slice(0, mostNamed).map(({ file, line, problem }) => ({
    field: `${file}:${line}`,
    message: `${problem?.field === undefined ? '' : `${problem.field}: `}${problem?.message ?? ''}`,
  }))
  const [first] = problems
  return new Refusal(400, 'invalid_rules', first ? `${first.field}: ${first.message}` : 'There is no rule in it', { problems })
}

function countsOf(rules: readonly { outcome: string; change?: string | undefined }[]): Record<string, number> {
  const counts: Record<string, number> = { imported: 0, imported_with_loss: 0, refused: 0, created: 0, updated: 0, unchanged: 0, kept: 0 }
  for (const { outcome, change } of rules) for (const key of [outcome, change]) if (key !== undefined) counts[key]!++
  return counts
}

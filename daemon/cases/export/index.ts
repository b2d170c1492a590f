import type { CaseFormat } from './file.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { stix } from './stix.ts'

/** The formats that a case can be written in, by the name that asks for them. */
export const caseFormats = { markdown, json, stix, html } satisfies Record<string, CaseFormat>
export type CaseFormatName = keyof typeof caseFormats

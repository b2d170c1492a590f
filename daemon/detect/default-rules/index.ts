import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { RuleFile } from '../../../shared/rule.ts'

const folder = new URL('.', import.meta.url)

/**
 * The rules that come with Signalbox, by file name. A rule is a JSON file here and no line: this folder is read once, when asked, and nothing
 * in it runs. Throws an Error that names the file and the field.
 */
export function readDefaultRules(): RuleFile[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  return names.sort().map(name => {
    const result = RuleFile.safeParse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    if (!result.success) throw new Error(`default-rules/${name}: ${z.prettifyError(result.error)}`)
    return result.data
  })
}

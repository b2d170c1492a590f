import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RuleFile } from '../../../shared/rule.ts'
import { root } from '../../lib/root.ts'

const folder = join(root, 'daemon', 'detect', 'default-rules')

/**
 * The rules that come with Signalbox, by file name. A rule is a JSON file here and no line: this folder is read once, when asked, and nothing
 * in it runs. Throws an Error that names the file and the field.
 */
export function readDefaultRules(): RuleFile[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  return names.sort().map(name => {
    const result = RuleFile.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    if (!result.success) throw new Error(`default-rules/${name}: ${z.prettifyError(result.error)}`)
    return result.data
  })
}

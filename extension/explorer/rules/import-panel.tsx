import { FileDown } from 'lucide'
import { useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { ImportReport, RuleFile } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { off } from '../../ui/off.ts'
import { FileDrop, readFile } from '../file-drop.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Trouble } from '../states.tsx'
import { toasts } from '../surface.ts'
import { changedBy, summaryOf } from './import-words.ts'
import { ReportList } from './report.tsx'
import { reload } from './rulebook.ts'

/** What is to be imported: texts by their names, or one archive. */
interface Wanted {
  name: string
  files: RuleFile[]
  archive?: string
}

const isArchive = ({ name }: File) => /\.(?:zip|tgz|tar|gz)$/i.test(name)
/** A request may hold 5 MB; an archive of the same is a tenth of it. */
const mostText = 4 * 1024 * 1024

async function read(files: readonly File[]): Promise<Wanted> {
  const [first] = files
  if (files.length === 1 && isArchive(first!)) return { name: first!.name, files: [], archive: (await readFile(first!)).content }
  if (files.some(isArchive)) throw new Error('Drop one archive, or files of rules, not both.')
  if (files.reduce((sum, { size }) => sum + size, 0) > mostText) throw new Error('These are more than 4 MB. Put them into a zip.')
  const texts = await Promise.all(files.map(async file => ({ path: file.name, text: await file.text() })))
  return { name: files.length === 1 ? first!.name : `${files.length} files`, files: texts }
}

/** Sigma rules: chosen, looked at in a dry run, then imported. The report stays, so that it can be read. */
export function ImportPanel() {
  const [wanted, setWanted] = useState<Wanted>()
  const [report, setReport] = useState<ImportReport>()
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState('')
  const [trouble, setTrouble] = useState<string>()

  async function send({ files, archive }: Wanted, dryRun: boolean) {
    setBusy(dryRun ? 'Reading the rules' : 'Importing')
    const answer = await ask('importRules', { files, ...(archive && { archive }), dryRun })
    setBusy('')
    if (isFailure(answer)) return setTrouble(answer.error)
    setReport(answer)
    setDone(!dryRun)
    if (dryRun) return
    toasts.show({ icon: FileDown, text: summaryOf(answer.rules, true) })
    void reload()
  }
  async function choose(files: readonly File[]) {
    setTrouble(undefined)
    setReport(undefined)
    setDone(false)
    try {
      const chosen = await read(files)
      setWanted(chosen)
      await send(chosen, true)
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  const changes = report ? changedBy(report.rules) : 0
  return (
    <Panel label="Import Sigma rules" of="import" onClose={() => show({ do: undefined })}>
      <section>
        <FileDrop
          label="Choose files, or drop them here"
          says="Rules as .yml, or a folder of them as .zip, .tar or .tar.gz. Nothing is imported before you have seen the report."
          accept=".yml,.yaml,.zip,.tar,.gz,.tgz"
          onFiles={choose}
        />
      </section>
      {trouble && <Trouble text={trouble} />}
      {busy && (
        <p class="dim" role="status">
          {busy}
        </p>
      )}
      {wanted && report && (
        <section aria-label="Report">
          <h3>
            {done ? 'What was done' : 'What would be done'} <span class="weak">{wanted.name}</span>
          </h3>
          <p role="status">{summaryOf(report.rules, done)}</p>
          {!done && (
            <div class="row foot">
              <Button
                kind="primary"
                icon={FileDown}
                off={off.value ?? (busy || (changes === 0 ? 'Nothing in it would change a rule' : undefined))}
                onClick={() => void send(wanted, false)}
              >
                Import {changes.toLocaleString('en')} {changes === 1 ? 'rule' : 'rules'}
              </Button>
            </div>
          )}
          <ReportList rules={report.rules} />
        </section>
      )}
    </Panel>
  )
}

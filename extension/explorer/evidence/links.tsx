import { FileText } from 'lucide'
import { Button } from '../../ui/button.tsx'
import { linesOfPage, readEvidence } from './reading.ts'

/** The way to lines that were kept of a page. */
export const EvidenceLinks = ({ ids }: { ids: readonly string[] }) =>
  ids.length === 0 ? null : (
    <div class="row wrap">
      {ids.map((id, at) => (
        <Button key={id} small kind="quiet" icon={FileText} onClick={() => readEvidence(id)}>
          {ids.length === 1 ? linesOfPage : `Kept lines ${at + 1}`}
        </Button>
      ))}
    </div>
  )

import { Undo2 } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { RuleRow, RuleVersion } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { off } from '../../ui/off.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { Failed, Skeleton } from '../states.tsx'
import { toasts } from '../surface.ts'
import { saved } from './rulebook.ts'

/** What is shown of a value before and after. */
const longest = 300
const cut = (text: string) => (text.length > longest ? `${text.slice(0, longest)}…` : text)

/** Every version, what has changed with it, and the way back to it. */
export function VersionsTab({ row }: { row: RuleRow }) {
  const versions = useMemo(() => createLoad('ruleVersions'), [])
  useEffect(() => void versions.load({ id: row.id }), [row.id, row.version])
  const all = versions.value.value?.versions
  const failure = versions.failure.value
  if (!all) return failure ? <Failed error={failure.error} onRetry={() => void versions.load({ id: row.id })} /> : <Skeleton />
  async function restore(version: number) {
    const answer = await ask('restoreRule', { id: row.id, version })
    if (isFailure(answer)) toasts.fail(`Version ${version} not restored: ${answer.error}`)
    else saved(answer, `is version ${version} again`)
  }
  return (
    <section>
      <ol class="versions">
        {all.map(one => (
          <Version
            key={one.version}
            of={one}
            first={one.version === all.at(-1)!.version}
            current={one.version === row.version}
            onRestore={restore}
          />
        ))}
      </ol>
    </section>
  )
}

function Version({
  of,
  first,
  current,
  onRestore,
}: {
  of: RuleVersion
  first: boolean
  current: boolean
  onRestore(version: number): void
}) {
  const { version, at, by, changes } = of
  return (
    <li>
      <div class="row">
        <strong>Version {version}</strong>
        {current && <span class="tag plain">Now</span>}
        <span class="dim">
          {by && <Visible text={`${by}, `} />}
          <Ago time={at} sentence />
        </span>
        <span class="end" />
        {!current && (
          <Button small icon={Undo2} off={off.value} onClick={() => onRestore(version)}>
            Restore
          </Button>
        )}
      </div>
      {first && <p class="dim">The first that is known.</p>}
      {!first && changes.length === 0 && <p class="dim">Nothing has changed.</p>}
      {!first &&
        changes.map(({ field, before, after }) => (
          <div class="diff" key={field}>
            <span class="mono">{field}</span>
            {before !== '' && (
              <del>
                <span class="sr">before </span>
                {cut(before)}
              </del>
            )}
            {after !== '' && (
              <ins>
                <span class="sr">after </span>
                {cut(after)}
              </ins>
            )}
          </div>
        ))}
    </li>
  )
}

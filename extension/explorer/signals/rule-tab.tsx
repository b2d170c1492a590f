import { EyeOff } from 'lucide'
import type { Investigation } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Markdown, readMarkdown } from '../../ui/markdown.tsx'
import { whyNot } from '../../ui/may.ts'
import { Folded } from '../folded.tsx'
import { printPlace } from '../link.ts'
import { place, show } from '../place.ts'
import { SuppressionsTab } from '../rules/suppressions.tsx'
import { plain } from '../rules/words.ts'
import { Attack, Tags } from '../tags.tsx'
import { isByHand, whyNotHidden } from './reading.ts'
import { SuppressForm } from './suppress.tsx'

/** The rule that made the signal: what it says, where it stands in ATT&CK, and what hides its signals. */
export function RuleTab({ about }: { about: Investigation }) {
  const { rule, ruleOf, message, tags, allTags, candidate } = about
  const byHand = isByHand(about)
  const suppressing = place.value.with['do'] === 'suppress'
  return (
    <>
      <section>
        <h3>
          {byHand || ruleOf.id === '' ? (
            rule || 'No rule'
          ) : (
            <a href={printPlace({ section: 'rules', with: { rule: ruleOf.id } })}>{rule}</a>
          )}
        </h3>
        <p class="dim">
          {byHand
            ? 'A person raised it.'
            : [ruleOf.isDefault ? 'Default rule' : 'Own rule', ruleOf.type, plain(ruleOf.method).toLowerCase(), `version ${ruleOf.version}`]
                .filter(Boolean)
                .join(', ')}
        </p>
        <Folded what="the message">
          <Markdown blocks={readMarkdown(message)} />
        </Folded>
      </section>
      <Attack tags={tags} />
      <Tags tags={allTags} />
      <section>
        <h3>Suppressions</h3>
        {suppressing && candidate ? (
          <SuppressForm signal={about.row.id} candidate={candidate} onDone={() => show({ do: undefined })} />
        ) : (
          <Button
            icon={EyeOff}
            off={whyNotHidden(about) ?? whyNot('security_monitoring_suppressions_write')}
            onClick={() => show({ do: 'suppress' })}
          >
            Suppress this…
          </Button>
        )}
      </section>
      {ruleOf.id !== '' && !byHand && !suppressing && <SuppressionsTab id={ruleOf.id} />}
    </>
  )
}

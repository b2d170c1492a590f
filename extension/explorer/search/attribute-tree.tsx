import { ChevronDown, ChevronRight } from 'lucide'
import { useState } from 'preact/hooks'
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { Icon } from '../../ui/icon.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Surface } from './types.ts'
import { ValueButton } from './value-button.tsx'

/** Members drawn of one object, and values of one list. */
const most = 200

const isTree = (value: Json): boolean =>
  isObject(value) || (Array.isArray(value) && value.some(item => typeof item === 'object' && item !== null))

/** Attributes as a tree. A value can be asked for by its path, kept out or copied; what is within a list has the path of the list. */
export const AttributeTree = ({ surface, of, path = '@' }: { surface: Surface; of: JsonObject; path?: string }) => (
  <ul class="tree">
    {Object.entries(of)
      .slice(0, most)
      .map(([key, value]) => (
        <Member key={key} surface={surface} name={key} value={value} path={path === '@' ? `@${key}` : `${path}.${key}`} />
      ))}
    {Object.keys(of).length > most && <li class="weak">{Object.keys(of).length - most} more: see the JSON</li>}
  </ul>
)

function Member({ surface, name, value, path }: { surface: Surface; name: string; value: Json; path: string }) {
  const [open, setOpen] = useState(true)
  if (!isTree(value))
    return (
      <li class="leaf">
        <Visible class="key" text={name} />
        <Values surface={surface} path={path} value={value} />
      </li>
    )
  const members = Array.isArray(value) ? value : [value]
  return (
    <li>
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon of={open ? ChevronDown : ChevronRight} small />
        <Visible class="key" text={name} />
        {Array.isArray(value) && <span class="weak">{value.length}</span>}
      </button>
      {open &&
        members
          .slice(0, most)
          .map((member, i) =>
            isObject(member) ? (
              <AttributeTree key={i} surface={surface} of={member} path={path} />
            ) : (
              <Values key={i} surface={surface} path={path} value={member} />
            ),
          )}
    </li>
  )
}

function Values({ surface, path, value }: { surface: Surface; path: string; value: Json }) {
  if (value === null) return <span class="weak">null</span>
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0) return <span class="weak">no values</span>
  return (
    <span class="values">
      {values.slice(0, most).map((one, i) => (
        <ValueButton key={i} surface={surface} path={path} value={typeof one === 'object' ? JSON.stringify(one) : String(one)} mono />
      ))}
    </span>
  )
}

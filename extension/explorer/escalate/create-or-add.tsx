import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Modal } from '../../ui/modal.tsx'
import { panelOf, Tabs } from '../panel.tsx'

/** What signals are put into: a new one, or one that is there. `about` says what is put in; both are drawn as long as the window is open, so that nothing typed is lost. */
export function CreateOrAdd(props: {
  label: string
  about: ComponentChildren
  create: ComponentChildren
  existing: ComponentChildren
  onClose(): void
}) {
  const { label, about, create, existing, onClose } = props
  const [tab, setTab] = useState('new')
  return (
    <Modal label={label} onClose={onClose}>
      <div class="dim about">{about}</div>
      <Tabs
        label={label}
        tabs={[
          { id: 'new', label: 'Create new' },
          { id: 'existing', label: 'Add to existing' },
        ]}
        chosen={tab}
        onTab={setTab}
      />
      <div {...panelOf(tab)}>
        <div hidden={tab !== 'new'}>{create}</div>
        <div hidden={tab !== 'existing'}>{existing}</div>
      </div>
    </Modal>
  )
}

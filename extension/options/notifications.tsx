import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { Switch } from '../ui/switch.tsx'
import { Line, Section } from './parts.tsx'

const permission = { permissions: ['notifications' as const] }

/** The browser's own word on it is the setting: off until it is allowed, and off again when it is taken back there. */
export function NotificationsSection() {
  const [on, setOn] = useState(false)
  useEffect(() => {
    const look = () => void browser.permissions.contains(permission).then(setOn)
    look()
    const { onAdded, onRemoved } = browser.permissions
    onAdded.addListener(look)
    onRemoved.addListener(look)
    return () => {
      onAdded.removeListener(look)
      onRemoved.removeListener(look)
    }
  }, [])
  const turn = (to: boolean) => void (to ? browser.permissions.request(permission) : browser.permissions.remove(permission))
  return (
    <Section title="Notifications">
      <Line label="Signals given to me" says="The browser tells when somebody assigns a signal to you. It asks you once.">
        <Switch label="Notify of signals given to me" on={on} onTurn={turn} />
      </Line>
    </Section>
  )
}

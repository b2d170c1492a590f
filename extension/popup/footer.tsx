import { Caps } from '../ui/key-list.tsx'

/** The line at the bottom: the keys that matter now. */
export const Footer = ({ keys }: { keys: [keys: string, does: string][] }) => (
  <footer>
    {keys.map(([key, does]) => (
      <span key={key}>
        <Caps keys={key} /> {does}
      </span>
    ))}
  </footer>
)

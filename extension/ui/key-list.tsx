/** `Shift J K` as keys. */
export const Caps = ({ keys }: { keys: string }) => (
  <>
    {keys.split(' ').map(key => (
      <kbd key={key}>{key}</kbd>
    ))}
  </>
)

const all: [keys: string, does: string][] = [
  ['J K', 'move down and up'],
  ['Enter', 'read the signal'],
  ['X', 'select'],
  ['Shift J K', 'select on the way'],
  ['A', 'assign to me, or to nobody'],
  ['E', 'archive, then 1 to 7 and Enter'],
  ['R', 'put in review'],
  ['Shift E', 'reopen'],
  ['S', 'choose a state'],
  ['N', 'show new ones'],
  ['U', 'undo'],
  ['F', 'filter'],
  ['G O', 'go to open'],
  ['G R', 'go to in review'],
  ['G A', 'go to archived'],
  ['Esc', 'close what is on top'],
]

/** The keys of the popup, which popup/keys.ts gives their meaning. */
export const KeyList = () => (
  <dl class="keys">
    {all.map(([keys, does]) => (
      <div key={keys}>
        <dt>
          <Caps keys={keys} />
        </dt>
        <dd>{does}</dd>
      </div>
    ))}
  </dl>
)

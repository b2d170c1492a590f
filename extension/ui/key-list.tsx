/** `Shift J K` as keys. */
export const Caps = ({ keys }: { keys: string }) => (
  <>
    {keys.split(' ').map(key => (
      <kbd key={key}>{key}</kbd>
    ))}
  </>
)

export type Keys = readonly (readonly [keys: string, does: string])[]

/** The keys of the popup, which popup/keys.ts gives their meaning. */
export const popupKeys: Keys = [
  ['J K', 'move down and up'],
  ['Enter', 'read the signal'],
  ['X', 'select'],
  ['Shift J K', 'select on the way'],
  ['A', 'assign to me, or to nobody'],
  ['E', 'archive, then 1 to 7 and Enter'],
  ['R', 'put in review'],
  ['Shift E', 'reopen'],
  ['S', 'choose a state'],
  ['B', 'block whom it comes from'],
  ['N', 'show new ones'],
  ['U', 'undo'],
  ['F', 'filter'],
  ['O', 'open the explorer'],
  ['P', 'open the side panel'],
  ['G O', 'go to open'],
  ['G R', 'go to in review'],
  ['G A', 'go to archived'],
  ['Esc', 'close what is on top'],
]

export const KeyList = ({ of }: { of: Keys }) => (
  <dl class="keys">
    {of.map(([keys, does]) => (
      <div key={keys}>
        <dt>
          <Caps keys={keys} />
        </dt>
        <dd>{does}</dd>
      </div>
    ))}
  </dl>
)

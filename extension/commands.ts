/** What opens the side panel by a key; a browser with a sidebar has a name of its own for it. */
export const sidePanelCommand = 'open-side-panel'
export const lookUpCommand = 'look-up'
export const lookUpAllCommand = 'look-up-all'
export const markCommand = 'mark-page'

/** Our own shortcuts beside the side panel's and the popup's; people set others in the browser. */
export const pageCommands = {
  [lookUpCommand]: { suggested_key: { default: 'Alt+Shift+L' }, description: 'Look up what is selected' },
  // a browser suggests four keys at most
  [lookUpAllCommand]: { description: 'Look up all that is selected, or else all on this page, in a table' },
  [markCommand]: { suggested_key: { default: 'Alt+Shift+M' }, description: 'Marks on this page, on or off' },
}

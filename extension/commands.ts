/** What opens the side panel by a key; a browser with a sidebar has a name of its own for it. */
export const sidePanelCommand = 'open-side-panel'
export const lookUpCommand = 'look-up'
export const markCommand = 'mark-page'

/** Our own shortcuts beside the side panel's and the popup's; people set others in the browser. */
export const pageCommands = {
  [lookUpCommand]: { suggested_key: { default: 'Alt+Shift+L' }, description: 'Look up the selected IP addresses' },
  [markCommand]: { suggested_key: { default: 'Alt+Shift+M' }, description: 'Marks on this page, on or off' },
}

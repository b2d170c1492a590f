/** What opens the side panel by a key; a browser with a sidebar has a name of its own for it. */
export const sidePanelCommand = 'open-side-panel'

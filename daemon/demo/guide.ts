/** What to try first, for whoever has just started the demonstration. `dir` is its data directory, `called` what a command on it begins with. */
export const guide = (url: string, dir: string, called: string): string => `
  This is a demonstration: a night of made-up logs, attacks among them. All of it goes when you stop it.
  1. Load the extension, open its options and pair it with the code above. For another code, in a second terminal:
     ${called} pair
  2. Open ${url}/demo and switch Signalbox on for it in the popup: addresses are marked.
  3. “Worth a look”, at its top, holds the attacks: point at 203.0.113.9, or right-click 203.0.113.40 and choose “Look up IP”.
  4. In the popup: J and K move, A assigns to you, E archives. A new attack comes about every two minutes.
  5. curl -gs -H @${dir}/headers '${url}/api/v2/security_monitoring/signals?filter[query]=status:critical'
  6. ${called} search '@threat_intel.results.category:tor'
`

/** What to try first, for whoever has just started the demonstration. `dir` is its data directory. */
export const guide = (url: string, dir: string): string => `
  This is a demonstration: a night of made-up logs, attacks among them. All of it goes when you stop it.
  1. Load the extension, open its options and pair it with the code above.
  2. Open ${url}/demo and switch Signalbox on for it in the popup: addresses are marked.
  3. Point at 203.0.113.9, or right-click 203.0.113.40 and choose “Look up IP”.
  4. In the popup: J and K move, A assigns to you, E archives. A new attack comes about every two minutes.
  5. curl -gs -H @${dir}/headers '${url}/api/v2/security_monitoring/signals?filter[query]=status:critical'
  6. SIGNALBOX_DATA=${dir} npm run -s signalbox -- search '@threat_intel.results.category:tor'
`

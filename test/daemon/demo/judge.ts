import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoFeeds } from '../../../daemon/demo/feeds.ts'
import type { DemoLine } from '../../../daemon/demo/line.ts'
import { readDefaultRules } from '../../../daemon/detect/default-rules/index.ts'
import { createDetector } from '../../../daemon/detect/detector.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { createEnrich } from '../../../daemon/intel/enrich.ts'
import { createFeeds } from '../../../daemon/intel/feeds.ts'
import type { Rule } from '../../../shared/rule.ts'

const rules: Rule[] = readDefaultRules().map(rule => ({
  ...{ ...rule, isEnabled: true, version: 1, seq: 0, createdAt: 0, updatedAt: 0, creationAuthor: '', updateAuthor: '' },
  ...{ isDefault: true, isDeleted: false },
}))

/** What the default rules make of the demonstration's lines, with its feeds, as `severity rule group`. `now` is in ms UTC. */
export async function judge(lines: DemoLine[], now: number): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-test-'))
  try {
    const feeds = createFeeds({ dir, now: () => now })
    await feeds.open()
    for (const { text, ...feed } of demoFeeds) await feeds.load((await feeds.add(feed)).id, text)
    const enrich = createEnrich({ ...feeds, locate: () => ({}) })
    const detector = createDetector()
    detector.setRules(rules)
    for (const [seq, { text, sender }] of lines.entries())
      detector.judge({ ...enrich(normalise(text, { stream: 'live', ...sender }, { now, zone: 0 })), id: `log-${seq}`, seq })
    return detector
      .takeChanges()
      .signals.map(({ detection }) => `${detection.severity} ${detection.rule.id} ${Object.values(detection.group).join(' ')}`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

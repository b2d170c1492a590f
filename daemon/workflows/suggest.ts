import type { Workflow } from '../../shared/workflow.ts'

/** Workflows that are suggested for a signal. */
const most = 3

/** Those that can be run on a signal, the ones that share most tags with it first: `source:sshd`, `ruleId:…`. */
export function forSignal(
  workflows: readonly Workflow[],
  tags: readonly string[],
): { workflow: Workflow; shared: string[]; suggested: boolean }[] {
  const own = new Set(tags)
  return workflows
    .filter(({ published, spec }) => published && spec.triggers.some(({ securityTrigger }) => securityTrigger))
    .map(workflow => ({ workflow, shared: workflow.tags.filter(tag => own.has(tag)) }))
    .sort((a, b) => b.shared.length - a.shared.length || a.workflow.name.localeCompare(b.workflow.name))
    .map(({ workflow, shared }, at) => ({ workflow, shared, suggested: at < most && shared.length > 0 }))
}

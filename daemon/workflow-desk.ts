import type { JsonObject } from '../shared/json.ts'
import type { LiveEvent } from '../shared/live.ts'
import type { WorkflowRun } from '../shared/workflow.ts'
import type { Core } from './core/core.ts'
import type { BlockVerdicts, CheckedBlocks } from './core/workflow-inside.ts'
import type { WriteContext } from './lib/actor.ts'
import type { Bus } from './lib/bus.ts'
import { Refusal } from './lib/errors.ts'
import type { Message, StepBlocks } from './lib/kinds.ts'
import type { createOutbound } from './lib/outbound.ts'
import type { Restrictions } from './lib/restrictions.ts'
import type { SecretFile } from './lib/secret-file.ts'
import { DeliveryError } from './notify/delivery-error.ts'
import { createWorkflowRunner } from './workflow-runner.ts'
import { checkAddresses } from './workflows/addresses.ts'
import { runCommand } from './workflows/commands.ts'
import { createKeptSecrets } from './workflows/kept-secrets.ts'

interface Needs {
  core: Core
  bus: Bus<LiveEvent>
  outbound: ReturnType<typeof createOutbound>
  secrets: SecretFile
  /** The folder of commands that may be run; null: none. */
  commandsDir(): string | null
  endGroup(pid: number): void
  /** What speaks against blocks, as far as it is not in the store. */
  checkBlocks(blocks: StepBlocks): BlockVerdicts
  /** Where this daemon is asked, as people are told. */
  url(): string
  isReadOnly(): boolean
  now: () => number
  report(error: unknown): void
}

/** What routes need of workflows beside the store: runs, what they may ask, and secrets. */
export function createWorkflowDesk({
  core,
  bus,
  outbound,
  secrets,
  commandsDir,
  endGroup,
  checkBlocks,
  url,
  isReadOnly,
  now,
  report,
}: Needs) {
  const kept = createKeptSecrets(secrets)
  const runner = createWorkflowRunner({
    ...{ core, bus, checkBlocks, isReadOnly, now, report, request: outbound },
    secret: kept.for,
    hide: kept.hide,
    runCommand: (command, args, timeout, ended) => runCommand({ folder: commandsDir(), endGroup }, { command, args, timeout, ended }),
    callbackUrl: token => `${url()}/api/local/workflows/callbacks/${token}`,
  })
  return {
    secrets: kept,
    checkAddress: outbound.check,
    /** Why an action cannot be used here now. */
    off: (action: string): string | undefined =>
      action === 'run_command' && commandsDir() === null
        ? 'is switched off here: the setting workflows.commands_dir names the folder of commands that may be run'
        : undefined,
    /** Begin a run for somebody, once it is known that it asks nobody who is not to be asked. A dry run tells what it would do. */
    async startRun(
      only: Restrictions,
      ctx: WriteContext,
      id: string,
      given: { inputs: JsonObject; signal_id: string | null },
    ): Promise<WorkflowRun> {
      const { spec } = await core.getWorkflow(id)
      const signal = given.signal_id === null ? null : (await core.runsAbout(only, given.signal_id)).signal
      const data: JsonObject = { Trigger: given.inputs, ...(signal && { Source: { signal } }) }
      await checkAddresses(spec, data, 'spec', outbound.check)
      if (!ctx.dryRun) return core.startRun(only, ctx, id, given)
      const checked: CheckedBlocks[] = []
      for (;;) {
        const tried = await core.tryRun(only, ctx, id, given, checked)
        if ('run' in tried) return tried.run
        checked.push({ blocks: tried.ask, verdicts: checkBlocks(tried.ask) })
      }
    },
    /** A notification rule names a workflow: one run for each signal, however often it is delivered. */
    async deliver(handle: string, { signals, rule, why }: Message): Promise<void> {
      // what it does is done: it must not be done to try something out
      if (why === 'test' || rule === null) throw new DeliveryError('A workflow is not run as a test', { isFinal: true })
      let refused: Refusal | undefined
      for (const { id } of signals)
        try {
          await core.startRunFor(handle, id, `the notification rule “${rule.name}”`)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          refused ??= error
        }
      // room may come; what is wrong with a workflow stays so until somebody mends it
      if (refused) throw new DeliveryError(refused.message, { isFinal: refused.status !== 429 && refused.status !== 507 })
    },
    async cancelRun(only: Restrictions, ctx: WriteContext, workflow: string, id: string): Promise<WorkflowRun> {
      const canceled = await core.cancelRun(only, ctx, workflow, id)
      if (!ctx.dryRun) runner.giveUp(id)
      return canceled
    },
    start: runner.start,
    idle: runner.idle,
    close: runner.close,
  }
}
export type WorkflowDesk = ReturnType<typeof createWorkflowDesk>

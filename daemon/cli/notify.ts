import { defineCommand } from './command.ts'
import { during } from './progress.ts'
import { exitCodes } from './surroundings.ts'
import { table } from './table.ts'

const path = '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview'

interface Told {
  data: { attributes: { preview_results: { x_local: { errors: { target: string; message: string }[] } }[] } }
}

/** `signalbox notify test TARGET…`: who is named as in notification rules hears of the latest signal, as a test. */
export const notifyTest = defineCommand({
  name: 'notify test',
  usage: 'TARGET…',
  does: 'Send a test to targets as notification rules name them: @slack-soc, @webhook-soc, @soc@example.com, @browser',
  takes: [1, 50],
  async run({ args, io, connect, show, tell }) {
    const attributes = { name: 'signalbox notify test', selectors: { trigger_source: 'security_signals' }, targets: [...new Set(args)] }
    const sent = connect().send<Told>('POST', path, { json: { data: { type: 'notification_rules', attributes } } })
    const { data } = await during(io, 'Sending', sent)
    const errors = data.attributes.preview_results.flatMap(({ x_local }) => x_local.errors)
    const results = attributes.targets.map(target => ({ target, error: errors.find(one => one.target === target)?.message ?? null }))
    show({ data: results }, () =>
      table(
        ['Target', 'Result'],
        results.map(({ target, error }) => [target, error ?? 'told']),
      ),
    )
    if (errors.length === 0) return exitCodes.done
    tell(`${errors.length} of ${results.length} could not be told.`)
    return exitCodes.failed
  },
})

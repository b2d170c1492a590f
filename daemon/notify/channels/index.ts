import type { ChannelKind } from '../../lib/kinds.ts'
import { browser } from './browser.ts'
import { email } from './email.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'
import { workflow } from './workflow.ts'

/** The ways out for notices, in the order in which they are offered. */
export const channelKinds: ChannelKind[] = [email, slack, webhook, browser, workflow]

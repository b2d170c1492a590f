import type { ChannelKind } from '../../lib/kinds.ts'
import { browser } from './browser.ts'
import { email } from './email.ts'
import { jira } from './jira.ts'
import { ntfy } from './ntfy.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { syslog } from './syslog.ts'
import { teams } from './teams.ts'
import { webhook } from './webhook.ts'
import { workflow } from './workflow.ts'

/** The ways out for notices, in the order in which they are offered. */
export const channelKinds: ChannelKind[] = [email, slack, teams, pagerduty, jira, webhook, ntfy, syslog, browser, workflow]

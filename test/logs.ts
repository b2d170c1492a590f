/** Lines of sshd as a syslog daemon sends them, RFC 3164, at a time of the test's. */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const stamp = (time: number) => {
  const date = new Date(time)
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`
}

/** A failed password of `user` from `ip`. */
export const failed = (time: number, ip: string, user = 'root') =>
  `${stamp(time)} gate sshd[4711]: Failed password for ${user} from ${ip} port 50022 ssh2`
export const accepted = (time: number, ip: string, user = 'root') =>
  `${stamp(time)} gate sshd[4711]: Accepted password for ${user} from ${ip} port 50022 ssh2`

/** `count` failed passwords from `ip`, a second apart, the first at `time`. */
export const guesses = (time: number, ip: string, count: number) =>
  Array.from({ length: count }, (_, i) => failed(time + i * 1000, ip)).join('\n')

/** Opens a signal for each address with more than five failed passwords within five minutes. */
export const bruteForce = {
  name: 'Brute force',
  message: 'Somebody guesses passwords',
  queries: [{ name: 'failures', query: 'source:sshd @evt.outcome:failure', groupByFields: ['@network.client.ip'] }],
  cases: [{ name: 'many', status: 'high', condition: 'failures > 5' }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  tags: ['source:sshd', 'tactic:TA0006'],
}

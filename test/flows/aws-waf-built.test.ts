import { afterAll, expect, test } from 'vitest'
import { type IpSet, startAwsWaf } from '../aws-waf.ts'
import { startChild, stop, temporary } from '../child.ts'
import { until } from '../until.ts'

// the service's library is built in: what works from the sources must work as it is started
const [id, secret] = ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY']
const set: IpSet = {
  ...{ Name: 'blocked', Id: 'id-blocked', Scope: 'REGIONAL', IPAddressVersion: 'IPV4', Description: 'kept', lock: 1 },
  Addresses: ['192.0.2.44/32'],
}
const waf = await startAwsWaf('eu-central-1', { id, secret }, [set])
afterAll(waf.close)

test('a block, with an enforcer of AWS WAF, in the built daemon → in the IP set, and delivered', async () => {
  const child = await startChild(temporary())
  const { admin } = child
  const attributes = { outbound: { allowed_hosts: [`127.0.0.1:${waf.port}`] } }
  await admin.patch('/api/local/settings', { data: { attributes } })
  const options = {
    ipv4_set: 'arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/blocked/id-blocked',
    endpoint: `http://127.0.0.1:${waf.port}`,
  }
  const secrets = { access_key_id: id, secret_access_key: secret }
  const made = await admin.post('/api/local/enforcers', { data: { attributes: { name: 'waf', kind: 'aws-waf', options, secrets } } })
  expect(made.status).toBe(201)
  const blocked = { kind: 'ip', value: '203.0.113.9', duration: '1h', confirm: '203.0.113.9' }
  const entry = await admin.post('/api/local/denylist', { data: { attributes: blocked } })
  const proof = async () =>
    (await admin.get(`/api/local/denylist/${entry.at('data.id')}/proof`)).at('data.0') as { state: string; hint?: string }
  await until(async () => {
    const { state, hint } = await proof()
    return state !== 'pending' || hint !== undefined
  }, 30_000)
  expect(await proof()).toMatchObject({ state: 'delivered' })
  expect(set.Addresses).toEqual(['192.0.2.44/32', '203.0.113.9/32'])
  expect(await stop(child)).toBe(0)
}, 60_000)

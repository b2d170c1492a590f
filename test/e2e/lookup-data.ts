import type { RealDaemon } from './real-daemon.ts'
import { serve } from './serve.ts'

const hostile = 'https://bad.example/=cmd()?<img src=x onerror=alert(1)>'
/** Eight values, each once or in two forms; two more that are none. */
export const text = `GET https://bad.example/a?b=1 from 203[.]0[.]113[.]9, again 203.0.113.9 and 10.1.2.3
eve[at]bad.example sent 44d88612fea8a8f36de82e1278abb02f for CVE-2021-44228; main.rs:12 nginx-1.2.3.4 ${hostile}`

/** A site whose every page shows the text, and to which a link of the daemon's leads: a feed and a log know of some values. */
export async function startDesk(daemon: RealDaemon) {
  await daemon.call('POST', '/api/local/feeds', {
    data: { type: 'feed', attributes: { name: '=SUM(A1)', format: 'list', category: 'malware', intention: 'malicious' } },
  })
  const [feed] = (await daemon.call('GET', '/api/local/feeds')).body.data.filter(
    (one: { attributes: { name: string } }) => one.attributes.name === '=SUM(A1)',
  )
  await daemon.call('PUT', `/api/local/feeds/${feed.id}/content`, '203.0.113.0/24\nbad.example\nwatch.example\nCVE-2021-44228')
  await daemon.call('POST', '/api/v2/logs', [{ message: 'mail of eve@bad.example', service: 'mail' }])
  /** What was asked of the link's site, and from where. */
  const visits: { url: string; referer: string | undefined }[] = []
  const site = await serve(({ url = '', headers }, response) => {
    if (url.startsWith('/desk')) visits.push({ url, referer: headers.referer })
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>Log</title><pre>${text.replaceAll('<', '&lt;')}</pre>`)
  })
  await daemon.call('PUT', '/api/local/pivots/Desk', {
    data: { attributes: { template: `${site.origin}/desk?q={value}`, kinds: ['ip', 'url'] } },
  })
  return { ...site, visits }
}

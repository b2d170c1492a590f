import type { Client } from './client.ts'

const pageSize = 100

/** Every item of a list that is numbered by pages. */
export async function allPages<T>(client: Client, path: string): Promise<T[]> {
  const all: T[] = []
  for (let page = 0; ; page++) {
    const { data } = await client.get<{ data: T[] }>(path, { 'page[size]': pageSize, 'page[number]': page })
    all.push(...data)
    if (data.length < pageSize) return all
  }
}

import { defineCommand, WrongUsage } from './command.ts'
import { roleNamed, rolesOf, type User, userNamed, usersOf, wordsOf } from './people.ts'
import { table, time } from './table.ts'

/** `signalbox users list`. */
export const usersList = defineCommand({
  name: 'users list',
  usage: '',
  does: 'List everybody who can act here',
  async run({ connect, show }) {
    const client = connect()
    const data = await usersOf(client)
    const roles = new Map((await rolesOf(client)).map(({ id, attributes }) => [id, attributes.name]))
    show({ data }, () =>
      table(
        ['Id', 'Handle', 'Name', 'Roles', 'Status', 'Created'],
        data.map(({ id, attributes: { handle, name, status, created_at }, relationships }) => {
          const names = relationships.roles.data.map(role => roles.get(role.id) ?? '').join(', ')
          return [id, handle, name, names, status, time(created_at)]
        }),
      ),
    )
  },
})

/** `signalbox users create EMAIL`. */
export const usersCreate = defineCommand({
  name: 'users create',
  usage: 'EMAIL [--name NAME] [--role ROLE,…]',
  does: 'Add somebody who can act here and be assigned signals',
  takes: [1, 1],
  flags: {
    name: { type: 'string', value: 'NAME', does: 'how they are called' },
    role: {
      type: 'string',
      multiple: true,
      value: 'ROLE,…',
      does: 'their roles, such as admin or security-analyst; read-only unless it is given',
    },
  },
  async run({ flags, args: [email = ''], connect, show, tell }) {
    const client = connect()
    const wanted = wordsOf(flags.role)
    const known = wanted ? await rolesOf(client) : []
    const roles = wanted?.map(name => roleNamed(name, known))
    const data = {
      attributes: { email, ...(flags.name !== undefined && { name: flags.name }) },
      ...(roles && { relationships: { roles: { data: roles.map(({ id }) => ({ id, type: 'roles' })) } } }),
    }
    const answer = await client.send<{ data: User }>('POST', '/api/v2/users', { json: { data } })
    const { handle } = answer.data.attributes
    show(answer, () => `${answer.data.id}\n`)
    tell(`${handle} can act here as ${roles?.map(({ attributes }) => attributes.name).join(', ') ?? 'Read Only'}.`)
    tell(`Let them in with a key: signalbox keys create NAME --user ${handle}`)
  },
})

/** `signalbox users change HANDLE`. */
export const usersChange = defineCommand({
  name: 'users change',
  usage: 'HANDLE [--name NAME] [--email EMAIL] [--handle HANDLE]',
  does: 'Change how somebody is called',
  takes: [1, 1],
  flags: {
    name: { type: 'string', value: 'NAME', does: 'their name' },
    email: { type: 'string', value: 'EMAIL', does: 'their address' },
    handle: { type: 'string', value: 'HANDLE', does: 'what the audit trail names them by from now on' },
  },
  async run({ flags: { name, email, handle }, args: [wanted = ''], connect, show, tell }) {
    const attributes = {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(handle !== undefined && { handle }),
    }
    if (Object.keys(attributes).length === 0) throw new WrongUsage('Say what to change: --name, --email or --handle')
    const client = connect()
    const { id } = userNamed(wanted, await usersOf(client))
    const answer = await client.send<{ data: User }>('PATCH', `/api/v2/users/${encodeURIComponent(id)}`, { json: { data: { attributes } } })
    show(answer, () => '')
    tell(`${answer.data.attributes.handle} is changed.`)
  },
})

const ableCommand = (verb: 'disable' | 'enable', does: string) =>
  defineCommand({
    name: `users ${verb}`,
    usage: 'HANDLE…',
    does,
    takes: [1, 100],
    async run({ args, connect, show, tell }) {
      const client = connect()
      const known = await usersOf(client)
      const users = args.map(handle => userNamed(handle, known))
      const attributes = { disabled: verb === 'disable' }
      for (const { id } of users) await client.send('PATCH', `/api/v2/users/${encodeURIComponent(id)}`, { json: { data: { attributes } } })
      show({ data: users.map(({ id }) => ({ id })) }, () => '')
      for (const { attributes } of users) tell(`${attributes.handle} is ${verb}d.`)
    },
  })
/** `signalbox users disable HANDLE` and `signalbox users enable HANDLE`. */
export const usersDisable = ableCommand('disable', 'End the keys and sessions of somebody at once; what they did stays theirs')
export const usersEnable = ableCommand('enable', 'Let somebody act here again')

import { client, v2 } from '@datadog/datadog-api-client'
import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// The official client, unmodified but for its base address: a workflow from its definition to the end of a run.
const daemon = await startDaemon({ port: true })
const workflows = new v2.WorkflowAutomationApi(
  client.createConfiguration({
    authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.standard.key.secret },
    baseServer: new client.BaseServerConfiguration(daemon.url, {}),
  }),
)
const attributes: v2.WorkflowDataAttributes = {
  name: 'By the client',
  description: 'A sample workflow.',
  published: true,
  tags: ['team:infra'],
  spec: {
    handle: 'by-the-client',
    triggers: [{ apiTrigger: {}, startStepNames: ['decide'] }],
    inputSchema: { parameters: [{ name: 'level', type: 'NUMBER', defaultValue: 1 }] },
    steps: [
      {
        name: 'decide',
        actionId: 'condition',
        parameters: [{ name: 'conditions', value: [{ operand1: '{{ Trigger.level }}', operator: 'OPERATOR_GREATER_THAN', operand2: 3 }] }],
        outboundEdges: [{ branchName: 'true', nextStepName: 'rest' }],
      },
      { name: 'rest', actionId: 'wait', parameters: [{ name: 'duration', value: '1h' }] },
    ],
  },
}

test('createWorkflow, listWorkflows, updateWorkflow, createWorkflowInstance, getWorkflowInstance, cancelWorkflowInstance, deleteWorkflow', async () => {
  const made = await workflows.createWorkflow({ body: { data: { type: 'workflows', attributes } } })
  expect([made._unparsed, made.data._unparsed, made.data.attributes._unparsed]).toEqual([undefined, undefined, undefined])
  expect(made.data.attributes.createdAt).toBeInstanceOf(Date)
  const workflowId = made.data.id!
  const got = await workflows.getWorkflow({ workflowId })
  expect(got.data?.attributes.spec.steps?.map(({ name }) => name)).toEqual(['decide', 'rest'])
  const listed = await workflows.listWorkflows({ filterTriggerIds: ['api'], filterIncludeSpecs: true })
  expect([listed.data?.map(({ id }) => id), listed.meta?.page?.totalCount]).toEqual([[workflowId], 1])

  const begun = await workflows.createWorkflowInstance({ workflowId, body: { meta: { payload: { level: 2 } } } })
  const instanceId = begun.data!.id!
  const run = await until(async () => {
    const { data } = await workflows.getWorkflowInstance({ workflowId, instanceId })
    const more = data?.attributes?.additionalProperties as { instanceStatus: { displayName: string } } | undefined
    return more?.instanceStatus.displayName === 'Succeeded' ? data : undefined
  })
  expect(run.attributes?.id).toBe(instanceId)
  const waiting = await workflows.createWorkflowInstance({ workflowId, body: { meta: { payload: { level: 5 } } } })
  const canceled = await workflows.cancelWorkflowInstance({ workflowId, instanceId: waiting.data!.id! })
  expect(canceled.data?.id).toBe(waiting.data!.id)
  const instances = await workflows.listWorkflowInstances({ workflowId, pageSize: 10, pageNumber: 0 })
  expect([instances.data?.length, instances.meta?.page?.totalCount]).toEqual([2, 2])

  const changed = await workflows.updateWorkflow({ workflowId, body: { data: { type: 'workflows', attributes: { published: false } } } })
  expect(changed.data?.attributes.published).toBe(false)
  await workflows.deleteWorkflow({ workflowId })
  await expect(workflows.getWorkflow({ workflowId })).rejects.toMatchObject({ code: 404 })
  await expect(workflows.getWorkflow({ workflowId: 'malformed' })).rejects.toMatchObject({ code: 400 })
})

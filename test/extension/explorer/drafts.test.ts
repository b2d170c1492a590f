import { beforeEach, describe, expect, test } from 'vitest'
import { draftOf, typedOf } from '../../../extension/explorer/drafts.ts'

describe('a draft', () => {
  const stored = { name: 'Kim', title: '', roles: ['a'] }
  beforeEach(() => draftOf('x', stored).drop())
  test('what is typed is there when it opens again, and gone when it is dropped', () => {
    draftOf('x', stored).change({ title: 'On call' })
    expect(draftOf('x', stored)).toMatchObject({ value: { ...stored, title: 'On call' }, dirty: true })
    draftOf('x', stored).drop()
    expect(draftOf('x', stored).dirty).toBe(false)
  })
  test('two changes before anything is drawn', () => {
    const draft = draftOf('x', stored)
    draft.change({ title: 'On call' })
    draft.change({ roles: ['b'] })
    expect(draftOf('x', stored).value).toEqual({ name: 'Kim', title: 'On call', roles: ['b'] })
  })
  test('somebody else changes the rest: theirs stays, and what was typed', () => {
    draftOf('x', stored).change({ title: 'On call' })
    const theirs = { name: 'Kimberly', title: 'Away', roles: ['a', 'b'] }
    draftOf('x', stored).rebase(theirs)
    expect(draftOf('x', theirs)).toMatchObject({ base: theirs, value: { ...theirs, title: 'On call' } })
  })
  test('as it was again, it follows what is stored', () => {
    draftOf('x', stored).change({ title: 'On call' })
    draftOf('x', stored).change({ title: '' })
    expect(draftOf('x', { ...stored, title: 'Away' })).toMatchObject({ value: { title: 'Away' }, dirty: false })
  })
  test('untouched, it follows what is stored', () => expect(draftOf('x', { ...stored, name: 'New' }).value.name).toBe('New'))
})

describe('a text that is typed', () => {
  beforeEach(() => {
    for (const key of ['signal:1:note', 'signal:2:note']) typedOf(key).drop()
  })
  test('is kept by what it is about, until it is sent', () => {
    typedOf('signal:1:note').type('Seen before')
    expect([typedOf('signal:1:note').text, typedOf('signal:2:note').text]).toEqual(['Seen before', ''])
    typedOf('signal:1:note').sent()
    expect(typedOf('signal:1:note').dirty).toBe(false)
  })
  test('emptied, it is forgotten; one that was there, only where it is as it was', () => {
    typedOf('signal:1:note').type('Seen')
    typedOf('signal:1:note').type('')
    expect(typedOf('signal:1:note').dirty).toBe(false)
    typedOf('signal:1:note', 'Said').type('')
    expect(typedOf('signal:1:note', 'Said')).toMatchObject({ text: '', dirty: true })
  })
  test('what is typed while it is under way stays', () => {
    typedOf('signal:1:note').type('Seen')
    const { sent } = typedOf('signal:1:note')
    typedOf('signal:1:note').type('Seen before')
    sent()
    expect(typedOf('signal:1:note').text).toBe('Seen before')
  })
})

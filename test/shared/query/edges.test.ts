import { expect, test } from 'vitest'
import { type Json, type JsonObject, put } from '../../../shared/json.ts'
import type { Doc } from '../../../shared/log.ts'
import { QueryError, type Span } from '../../../shared/query/ast.ts'
import { lex } from '../../../shared/query/lex.ts'
import { maxDepth, maxPathLength, maxPatternLength, maxPatterns, maxQueryLength, maxTerms } from '../../../shared/query/limits.ts'
import { toField, toPredicate, valuesAt } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { print, printField } from '../../../shared/query/print.ts'

const doc = (part: Partial<Doc>): Doc => ({ timestamp: 0, tags: [], attributes: {}, ...part })
const matches = (query: string, part: Partial<Doc>) => toPredicate(parse(query))(doc(part))
const hello = { message: 'Hello, beautiful world' }

test.each<[query: string, document: Partial<Doc>, expected: boolean]>([
  // structure
  ['+hello', hello, true],
  ['--hello', hello, true],
  ['-!hello', hello, true],
  ['-+hello', hello, false],
  ['NOT -hello', hello, true],
  ['-NOT hello', hello, true],
  ['- hello', hello, false],
  ['NOT(hello)', hello, false],
  ['!(hello moon)', hello, true],
  ['-(-(hello))', hello, true],
  ['moon OR(hello)AND(world)', hello, true],
  ['(moon)OR(hello)', hello, true],
  ['(moon)||(hello)', hello, true],
  ['moon OR hello world', hello, true],
  ['hello &&beautiful', hello, true],
  ['* hello', hello, true],
  ['moon OR *', hello, true],
  ['NOT *', hello, false],
  ['**', hello, true],
  ['*:(*)', hello, true],
  ['-*:*', hello, false],
  ['(hello) world', hello, true],
  // operators glued to a colon, or after it
  ['env:OR', { tags: ['env:OR'] }, true],
  ['env:-a', { tags: ['env:-a'] }, true],
  ['env:!a', { tags: ['env:!a'] }, true],
  ['env:&&', { tags: ['env:&&'] }, true],
  ['env: prod', { tags: ['env:prod'] }, true],
  ['env:\n(test prod)', { tags: ['env:prod', 'env:test'] }, true],
  ['@n: >5', { attributes: { n: 6 } }, true],
  ['env:a:b', { tags: ['env:a:b'] }, true],
  ['AND:x', { tags: ['AND:x'] }, true],
  ['\\-a:x', { tags: ['-a:x'] }, true],
  ['\\@a:x', { tags: ['@a:x'] }, true],
  ['\\*:x', { tags: ['*:x'] }, true],
  ['a\\:b:c', { tags: ['a:b:c'] }, false],
  // lists
  ['@n:(>4 <6)', { attributes: { n: 5 } }, true],
  ['@n:(<4 OR [6 TO *])', { attributes: { n: 5 } }, false],
  ['@n:(-5)', { attributes: { n: 5 } }, false],
  ['@n:(-5)', { attributes: { n: -5 } }, true],
  ['@n:(\\-5)', { attributes: { n: -5 } }, true],
  ['@n:(-(5 OR 6))', { attributes: { n: 6 } }, false],
  ['@a:(http://x OR y)', { attributes: { a: 'http://x' } }, true],
  ['@a:(\\@b)', { attributes: { a: '@b' } }, true],
  ['@a:(*)', { attributes: { a: 1 } }, true],
  ['message:(hello "beautiful world")', hello, true],
  // where a term looks
  ['x y', { message: 'x', attributes: { title: 'y' } }, true],
  ['x-y', { message: 'x', attributes: { title: 'y' } }, false],
  ['x', { attributes: { error: { stack: ['a', 'b x'] } } }, true],
  ['x', { attributes: { 'error.message': 'x' } }, true],
  ['5', { attributes: { title: 5 } }, true],
  ['service:a', { tags: ['service:a'] }, true],
  ['host:a', { host: 'b', tags: ['host:a'] }, true],
  ['status:a', { status: 'b', tags: ['status:a'] }, false],
  ['service:a', { service: ['b', 'a'] }, true],
  ['-service:*', { service: [] }, true],
  ['*:canary', { tags: ['canary'] }, false],
  ['*:canary', { tags: ['a:canary'] }, true],
  ['*:5', { attributes: { a: [{ b: 5 }] } }, true],
  ['*:"a b"', { message: 'a', attributes: { x: 'b' } }, false],
  ['*:>5', { attributes: { a: [{ b: 6 }] } }, true],
  ['tags:canary', { tags: ['canary'] }, true],
  ['tags:env:prod', { tags: ['env:prod'] }, true],
  ['env:""', { tags: ['env:'] }, true],
  ['env:*', { tags: ['env'] }, false],
  ['@__proto__.a:1', { attributes: JSON.parse('{"__proto__":{"a":1}}') as JsonObject }, true],
  ['@__proto__:*', hello, false],
  ['@constructor:*', hello, false],
  ['@a.b.c.d:1', { attributes: { 'a.b': [{ 'c.d': [[1]] }] } }, true],
  ['@a.b:*', { attributes: { 'a.b.c': 1 } }, true],
  ['@a.b:*', { attributes: { a: { 'b.c': null } } }, false],
  ['@a.b:*', { attributes: { a: { bc: 1 } } }, false],
  ['@a:1', { attributes: { a: { b: 1 } } }, false],
  ['@a:*', { attributes: { a: [[], {}, null] } }, false],
  ['@a:*', { attributes: { a: [{ b: '' }] } }, true],
  ['@a..b:1', { attributes: { a: { '': { b: 1 } } } }, true],
  ['@a.b:(x -y)', { attributes: { a: [{ b: 'x' }, { b: 'y' }] } }, false],
  // text
  ['“hello beautiful”', hello, true],
  ['hello, world', hello, true],
  ['hello,world', hello, false],
  ['"beautiful  WORLD"', hello, true],
  ['%', { message: '100%' }, true],
  ['\\*', { message: 'a * b' }, true],
  ['"🔥"', { message: 'x🔥y' }, true],
  ['" "', { message: 'a b' }, true],
  ['" "', { message: 'ab' }, false],
  ['message:*', { message: '' }, true],
  ['登录', { message: '登录失败' }, false],
  ['登录*', { message: '登录失败' }, true],
  ['strasse', { message: 'Straße' }, false],
  ['STRASSE', { message: 'strasse' }, true],
  ['hello?\\ *', hello, true],
  ['hello-w*', { message: 'hello world' }, false],
  ['*', { message: 'x' }, true],
  // values
  ['@a:200.0', { attributes: { a: 200 } }, true],
  ['@a:"200.0"', { attributes: { a: 200 } }, true],
  ['@a:2e2', { attributes: { a: 200 } }, true],
  ['@a:2e2', { attributes: { a: '200' } }, false],
  ['@a:-0', { attributes: { a: 0 } }, true],
  ['@a:.5', { attributes: { a: 0.5 } }, false],
  ['@a:\\-5', { attributes: { a: -5 } }, true],
  ['@a:+5', { attributes: { a: 5 } }, false],
  ['@a:1e999', { attributes: { a: '1e999' } }, true],
  ['@a:9007199254740993', { attributes: { a: 9007199254740992 } }, false],
  ['@a:true', { attributes: { a: true } }, true],
  ['@a:"true"', { attributes: { a: true } }, true],
  ['@a:null', { attributes: { a: null } }, false],
  ['@a:"*"', { attributes: { a: 'x' } }, false],
  ['@a:?', { attributes: { a: '🔥' } }, true],
  ['@a:1?5*', { attributes: { a: 1.5 } }, true],
  ['version:2.0', { tags: ['version:2'] }, false],
  ['@a:[500 TO 200]', { attributes: { a: 300 } }, false],
  ['@a:{* TO *}', { attributes: { a: 300 } }, true],
  ['@a:[\\-5 TO 5}', { attributes: { a: -5 } }, true],
  ['@a:>= -5', { attributes: { a: -5 } }, true],
  ['@a:<9007199254740993', { attributes: { a: 5 } }, true],
  ['@a:>0', { attributes: { a: true } }, false],
  ['floor:>3', { tags: ['floor:12'] }, false],
  ['@a:[1 TO 5]', { attributes: { a: [0, 6] } }, false],
  ['-@a:[1 TO 5]', { attributes: { a: [0, 3] } }, false],
  // addresses
  ['CIDR(gateway, 10.0.0.0/8)', { tags: ['gateway:10.9.8.7'] }, true],
  ['CIDR(host,10.0.0.0/8)', { host: '10.1.1.1' }, true],
  ['CIDR(@a\\,b,10.0.0.5/8)', { attributes: { 'a,b': '10.200.0.1' } }, true],
  ['CIDR(@a,10.0.0.0/8)(x)', { message: 'x', attributes: { a: '::FFFF:10.1.1.1' } }, true],
  ['CIDR(@a,0.0.0.0/0,::/0)', { attributes: { a: ['n/a', '10.0.0.1:80', 10] } }, false],
  ['@network.ip.list:(1.1.1.1 OR 2001:DB8::0:1)', { attributes: { network: { ip: { list: ['2001:db8::1'] } } } }, true],
  ['@network.ip.list:2001:db8*', { attributes: { network: { ip: { list: ['2001:db8::1'] } } } }, true],
  ['CIDR x', { message: 'cidr x' }, true],
  // patterns whatever the case
  ['ANYCASE(@a, *\\\\PowerShell.exe, cmd.exe)', { attributes: { a: 'C:\\x\\POWERSHELL.EXE' } }, true],
  ['ANYCASE(@a, *\\\\PowerShell.exe, cmd.exe)', { attributes: { a: ['x', 'CMD.exe'] } }, true],
  ['ANYCASE(@a, powershell)', { attributes: { a: 'powershell.exe' } }, false],
  ['ANYCASE(@a, *\\ -enc\\ *)', { attributes: { a: 'x -Enc y' } }, true],
  ['ANYCASE(@a, "*")', { attributes: { a: 'x' } }, false],
  ['ANYCASE(@a, "")', { attributes: { a: '' } }, true],
  ['ANYCASE(@a, 46?4)', { attributes: { a: 4624 } }, true],
  ['ANYCASE(@a, *)', { attributes: { a: { b: 1 } } }, false],
  ['ANYCASE(@a, é*)', { attributes: { a: 'Éa' } }, true],
  ['ANYCASE(message, *Failed*)', { message: 'login FAILED' }, true],
  ['ANYCASE(*, *failed*)', { attributes: { a: ['x', { b: 'FAILED ' }] } }, true],
  ['ANYCASE(env, PROD)', { tags: ['env:prod'] }, true],
  ['-ANYCASE(source, Windows)', { source: 'windows' }, false],
  ['ANYCASE x', { message: 'anycase x' }, true],
  // expressions
  ['REGEX(@a, "^a+$")', { attributes: { a: 'aaa' } }, true],
  ['REGEX(@a, "A")', { attributes: { a: 'aaa' } }, false],
  ['REGEX(@a, "(?i)A")', { attributes: { a: 'aaa' } }, true],
  ['REGEX(@a, "\\s-O\\s")', { attributes: { a: ['x', 'curl -O x'] } }, true],
  ['REGEX(@a, "a\\"b,c\\)")', { attributes: { a: 'a"b,c)' } }, true],
  ['REGEX(@a, "^4")', { attributes: { a: 42 } }, true],
  ['REGEX(message, "FAILED|x")', { message: 'Failed' }, true],
  ['REGEX(@a, "(a+)+$")', { attributes: { a: `${'a'.repeat(100_000)}!` } }, false],
  // escapes and literals
  ['@a:-+=!^~#@&|/', { attributes: { a: '-+=!^~#@&|/' } }, true],
  ['@a:#b', { attributes: { a: '#b' } }, true],
  ['@a:@b:c', { attributes: { a: '@b:c' } }, true],
  ['@a:x\\\ty', { attributes: { a: 'x\ty' } }, true],
  ['@a:\\🔥', { attributes: { a: '🔥' } }, true],
  ['@a:"\\n\\"\\\\"', { attributes: { a: '\\n"\\' } }, true],
  ['@a:CIDR', { attributes: { a: 'CIDR' } }, true],
])('%s on %j: %s', (query, part, expected) => {
  expect(matches(query, part)).toBe(expected)
})

test.each<[query: string, from: number, to: number]>([
  [')', 0, 1],
  ['()', 0, 2],
  ['( )', 0, 3],
  ['env:()', 4, 6],
  ['(', 0, 1],
  ['(a (b', 3, 4],
  ['a (b))', 5, 6],
  ['(hello AND)', 7, 10],
  ['AND hello', 0, 3],
  ['&& hello', 0, 2],
  ['hello OR OR x', 9, 11],
  ['NOT', 0, 3],
  ['NOT AND x', 4, 7],
  ['a -', 2, 3],
  ['!!!', 2, 3],
  ['+', 0, 1],
  [':prod', 0, 1],
  ['-@:x', 1, 3],
  ['@', 0, 1],
  ['@foo', 0, 4],
  ['@foo bar', 0, 4],
  ['#a', 0, 1],
  ['-env:', 1, 5],
  ['(env:)', 1, 5],
  ['env: -5', 0, 4],
  ['env: NOT x', 0, 4],
  ['*:', 0, 2],
  ['@a*:b', 2, 3],
  ['@a\\*?:b', 4, 5],
  ['@a:(#b)', 4, 5],
  ['@a:(@b)', 4, 6],
  ['@a:(b @c.d:e)', 6, 11],
  ['message:""', 8, 10],
  ['*:(a "")', 5, 7],
  ['@a:"b"c', 6, 7],
  ['"a"(b)', 3, 4],
  ['"a"🔥', 3, 5],
  ['a"b"', 1, 2],
  ['a\\', 1, 2],
  ['\\', 0, 1],
  ['@a:"b', 3, 5],
  ['"a\\"', 0, 4],
  ['[1 TO 5]', 0, 1],
  ['>=5', 0, 2],
  ['a]', 1, 2],
  [']', 0, 1],
  ['@a:[1 TO 5', 3, 4],
  ['@a:[1 TO 5 @b:[1 TO 5]', 3, 4],
  ['@a:[1 TO 5]x', 11, 12],
  ['@a:[1 to 5]', 3, 11],
  ['@a:[1 TO]', 3, 9],
  ['@a:[]', 3, 5],
  ['@a:[1 TO "5"]', 9, 12],
  ['@a:{5s TO 9s}', 4, 6],
  ['@a:>=', 3, 5],
  ['@a:>*', 4, 5],
  ['@a:> x', 5, 6],
  ['@a:> OR b', 3, 4],
  ['@a:>(5)', 3, 4],
  ['@a:>5s', 4, 6],
  ['@a:>0200', 4, 8],
  ['@a:>1e999', 4, 9],
  ['@a:(b >c)', 7, 8],
  ['CIDR()', 0, 6],
  ['CIDR(@ip)', 0, 9],
  ['CIDR(10.0.0.0/8)', 0, 16],
  ['CIDR(@ip,)', 8, 9],
  ['CIDR(,10.0.0.0/8)', 5, 6],
  ['CIDR(@ip 10.0.0.0/8)', 9, 19],
  ['CIDR(@ip:10.0.0.0/8,::1)', 8, 9],
  ['CIDR(@ip, 10.0.0.0/33 )', 10, 21],
  ['-CIDR(@,::1)', 6, 7],
  ['ANYCASE(@a)', 0, 11],
  ['ANYCASE(@a, x y)', 14, 15],
  ['ANYCASE(@a, "x)', 12, 15],
  [`ANYCASE(@a, ${'x'.repeat(maxPatternLength + 1)})`, 12, 13 + maxPatternLength],
  [`ANYCASE(@a${', x'.repeat(maxPatterns + 1)})`, 12 + 3 * maxPatterns, 13 + 3 * maxPatterns],
  ['REGEX(@a, x)', 10, 11],
  ['REGEX(@a, "")', 10, 12],
  ['REGEX(@a, "x", "y")', 15, 18],
  ['REGEX(@a, "(?=x)")', 10, 17],
  ['REGEX(@a, "(a)\\1")', 10, 17],
  ['@a:1 REGEX(@a, "[")', 15, 18],
  ['REGEX(@a, "((a{100}){100}){100}")', 10, 32],
  ['REGEX(@a, "(a{100}){100}")', 10, 25],
  ['@a:CIDR(@b,::1)', 7, 8],
  [`${'('.repeat(maxDepth)}@a:(b`, maxDepth + 3, maxDepth + 4],
  ['('.repeat(100_000), maxDepth, maxDepth + 1],
  ['a'.repeat(maxQueryLength + 5), maxQueryLength, maxQueryLength + 5],
  [' '.repeat(maxQueryLength + 1), maxQueryLength, maxQueryLength + 1],
  ['a '.repeat(maxTerms + 1), 2 * maxTerms, 2 * maxTerms + 1],
  [`@a:(1 OR 2) ${'-a '.repeat(maxTerms)}`, 12 + 3 * (maxTerms - 1) + 1, 12 + 3 * maxTerms - 1],
  [`@a${'.a'.repeat(maxPathLength / 2)}:1`, 0, maxPathLength + 2],
])('%s is wrong at %i..%i', (query, from, to) => {
  const error = (() => {
    try {
      return toPredicate(parse(query))
    } catch (caught) {
      return caught
    }
  })()
  expect(error).toBeInstanceOf(QueryError)
  expect((error as QueryError).at).toEqual([from, to])
})

test.each([['-'.repeat(8000)], ['NOT '.repeat(2000)], ['!NOT '.repeat(1600)]])('%s x has the meaning of x', signs => {
  expect(matches(`${signs}x`, { message: 'x' })).toBe(true)
})

test.each([
  ['  ', ''],
  ['*:*', ''],
  ['-*', '-*'],
  ['a AND (b && c)', 'a b c'],
  ['(a b) || c', 'a b OR c'],
  ['(a OR b) -(c d)', '(a OR b) -(c d)'],
  ['env:prod OR env:(test OR "x y")', 'env:(prod OR test OR "x y")'],
  ['env:a OR team:b', 'env:a OR team:b'],
  ['-(@n:5 OR @n:-5)', '-@n:(5 OR \\-5)'],
  ['@n:[5 TO *} @n:[* TO *]', '@n:>=5 @n:[* TO *]'],
  ['CIDR( gateway ,::1 , 10.0.0.0/8)', 'CIDR(gateway, ::1, 10.0.0.0/8)'],
  ['ANYCASE( @a ,*x\\ y*,"a*b" , "" )', 'ANYCASE(@a, *x\\ y*, a\\*b, "")'],
  ['REGEX(@a,"\\s\\\\")', 'REGEX(@a, "\\\\s\\\\")'],
  ['@ip:2001:db8::1 "AND" \\AND \\-x', '@ip:2001:db8::1 "AND" \\AND \\-x'],
  ['@first\\ name:a\\(b* @k\\:v:x', '@first\\ name:a\\(b* @k\\:v:x'],
])('%s prints as %s', (query, expected) => {
  expect(print(parse(query))).toBe(expected)
})

test.each<[query: string, whole: Span, last: Span]>([
  ['a  -@b:c', [0, 8], [3, 8]],
  ['a (b OR c)', [0, 10], [2, 10]],
  ['x env:(b c OR d) ', [0, 16], [2, 16]],
  [' -a b', [1, 5], [4, 5]],
])('%s spans %j, its last part %j', (query, whole, last) => {
  const tree = parse(query)
  expect([tree.at, 'items' in tree && tree.items.at(-1)?.at]).toEqual([whole, last])
})

test.each([
  ['@http.status_code', { scope: 'attribute', path: 'http.status_code' }],
  ['@first name', { scope: 'attribute', path: 'first name' }],
  ['service', { scope: 'reserved', name: 'service' }],
  ['status', { scope: 'reserved', name: 'status' }],
  ['env', { scope: 'tag', key: 'env' }],
  ['tags', { scope: 'tags' }],
  ['message', { scope: 'message' }],
  ['trace_id', { scope: 'attribute', path: 'trace_id' }],
  ['*', { scope: 'any' }],
  ['constructor', { scope: 'tag', key: 'constructor' }],
])('%s is a field', (path, expected) => {
  const field = toField(path)
  expect(field).toEqual(expected)
  const tree = parse(`${printField(field)}:x`)
  expect('field' in tree && tree.field).toEqual(field)
})

test.each<[path: string, expected: Json[]]>([
  ['service', ['a', 'b']],
  ['env', ['prod', 'x:y']],
  ['tags', ['env:prod', 'env:x:y', 'bare', 'service:b']],
  ['@n', [1, '1', true]],
  ['@o', []],
  ['@o.p', [2, 3]],
  ['status', []],
])('values of %s', (path, expected) => {
  const tags = ['env:prod', 'env:x:y', 'bare', 'service:b']
  const attributes: JsonObject = { n: [1, '1', [1, true], null], o: [{ p: 2 }, { p: [3, 2] }] }
  expect(valuesAt(doc({ service: ['a', 'b'], tags, attributes }), toField(path))).toEqual(expected)
})

test.each([
  ['-env:(a OR "b")', 'operator key open word operator phrase close'],
  ['@n:>=5 @n:[1 TO 5]', 'key range key range'],
  ['CIDR(@ip, ::1)', 'function open key comma block close'],
  ['"half', 'phrase!'],
  ['env:', 'key'],
  ['@http', 'word!'],
  ['@n:[1 TO', 'key bad! word word'],
  ['foo(bar)', 'word bad! word close'],
  ['CIDR(@ip,', 'function open key comma'],
  ['ANYCASE(@a, *x*, "y z")', 'function open key comma block comma phrase close'],
  ['REGEX(@a, "x', 'function open key comma phrase!'],
])('%s is coloured as %s', (query, expected) => {
  expect(
    lex(query)
      .map(token => token.kind + (token.fault ? '!' : ''))
      .join(' '),
  ).toBe(expected)
})

test('a document with many tags', () => {
  const tags = Array.from({ length: 300_000 }, (_, i) => `k:${i}`)
  expect([matches('tags:"k:299999"', { tags }), matches('*:299999', { tags }), matches('service:x', { service: tags })]).toEqual([
    true,
    true,
    false,
  ])
})

test('an own __proto__ key is data', () => {
  const attributes: JsonObject = {}
  put(attributes, '__proto__', 'x')
  expect(valuesAt(doc({ attributes }), toField('@__proto__'))).toEqual(['x'])
})

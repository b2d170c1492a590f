const assignment = /\(\w+\.inner\w+=\w+\.__html\)/

/** Takes the one place out of Preact where a text becomes HTML: nothing here uses it, and then nothing can. The stores ask for it too. */
export const withoutHtml = {
  name: 'without-html',
  transform(code: string, id: string) {
    if (!/\/preact\/dist\/preact\.\w+(\?|$)/.test(id)) return undefined
    if (!assignment.test(code)) throw new Error('Preact sets HTML in a way that is not known here')
    return { code: code.replace(assignment, '(void 0)'), map: null }
  },
}

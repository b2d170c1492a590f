const repetition = /[+*]|\{\d/

/**
 * How much work something does with text, in characters: those that it asks for one by one, those that a global or sticky expression passes over,
 * and the whole of what any other one is given. An expression that goes back is counted once for each character, so one that could has to be given
 * little: `longest` is the most that any with a repetition was given.
 */
export function stepsOf(work: () => unknown): { steps: number; longest: number } {
  const { charCodeAt } = String.prototype
  const { exec } = RegExp.prototype
  let steps = 0
  let longest = 0
  String.prototype.charCodeAt = function (at) {
    steps++
    return charCodeAt.call(this, at)
  }
  RegExp.prototype.exec = function (text) {
    const from = this.lastIndex
    const found = exec.call(this, text)
    if (this.global || this.sticky) steps += (found ? this.lastIndex : this.sticky ? from : text.length) - from + 1
    else {
      steps += text.length + 1
      if (text.length > longest && exec.call(repetition, this.source)) longest = text.length
    }
    return found
  }
  try {
    work()
  } finally {
    String.prototype.charCodeAt = charCodeAt
    RegExp.prototype.exec = exec
  }
  return { steps, longest }
}

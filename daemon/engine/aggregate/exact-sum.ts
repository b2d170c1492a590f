/** Beyond this a sum of as many values as there can be might not fit a double. */
const largest = 2 ** 960

/**
 * The sum of any numbers, correctly rounded, so that their order does not matter: whole numbers are added as they are, the rest as
 * Shewchuk's partial sums that lose no digit (as Python's `fsum`). NaN where a number was too large for that.
 */
export class ExactSum {
  #whole = 0
  #partials: number[] = []
  #tooLarge = false

  add(value: number): void {
    const whole = this.#whole + value
    if (Number.isSafeInteger(value) && Number.isSafeInteger(whole)) this.#whole = whole
    else if (Math.abs(value) > largest) this.#tooLarge = true
    else this.#addPartial(value)
  }

  get value(): number {
    if (this.#tooLarge) return Number.NaN
    if (this.#partials.length === 0) return this.#whole
    this.#addPartial(this.#whole)
    this.#whole = 0
    return rounded(this.#partials)
  }

  #addPartial(value: number): void {
    const partials = this.#partials
    let high = value
    let kept = 0
    for (let low of partials) {
      if (Math.abs(high) < Math.abs(low)) [high, low] = [low, high]
      const sum = high + low
      const rest = low - (sum - high)
      if (rest !== 0) partials[kept++] = rest
      high = sum
    }
    partials.length = kept
    partials.push(high)
  }
}

/** The partials, smallest first, as one double: half a digit is rounded by what lies below it. */
function rounded(partials: readonly number[]): number {
  let i = partials.length - 1
  let high = partials[i]!
  let low = 0
  while (i > 0 && low === 0) {
    const next = partials[--i]!
    const sum = high + next
    low = next - (sum - high)
    high = sum
  }
  const below = i > 0 ? Math.sign(partials[i - 1]!) : 0
  const twice = low * 2
  const sum = high + twice
  return low !== 0 && Math.sign(low) === below && sum - high === twice ? sum : high
}

import { Component, createElement, type FunctionComponent } from 'preact'

const sameProps = (a: object, b: object): boolean => {
  const [mine, others] = [Object.entries(a), Object.keys(b)]
  return mine.length === others.length && mine.every(([name, value]) => (b as Record<string, unknown>)[name] === value)
}

/** A component that is drawn again only where `same` says that it is given something else. That of preact/compat comes with a look at every attribute of all that is drawn. */
export function memo<Props extends object>(of: FunctionComponent<Props>, same: (a: Props, b: Props) => boolean = sameProps) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props) {
      return !same(this.props, next)
    }
    render() {
      return createElement(of, this.props)
    }
  }
}

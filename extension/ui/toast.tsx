import { type Signal, signal } from '@preact/signals'
import { type IconNode, TriangleAlert, Undo2, X } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { Button, IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { Visible } from './visible.tsx'

/** How long a toast stays, ms, when neither pointer nor focus is on it. */
export const shown = 8_000

/** Changes that a surface can take back by its key. */
const mostUndoable = 20

export interface Notice {
  icon: IconNode
  text: string
  action?: { label: string; icon?: IconNode; keys?: string; run(event: Event): void }
  /** An error: said at once and kept until it is dismissed. */
  bad?: boolean
  /** Kept, because it is not over yet. */
  progress?: { value: number; max: number }
}
type Toast = Notice & { id: number }

export type Undo = (event: Event) => void

/** A pile of toasts. A surface keeps one and draws it with `<ToastHost>`. */
export interface Toasts {
  all: Signal<Toast[]>
  /** Show it; the answer takes it away. With `instead` it replaces that toast. */
  show(notice: Notice, instead?: number): number
  /** `action`: what can be done about it. */
  fail(text: string, action?: Notice['action']): void
  dismiss(id: number): void
  /** What is under way can be undone from now on, before anything is said of it. `run` is for the toast that says it: undefined once it was undone. */
  offer(run: Undo): { readonly run: Undo | undefined; drop(): void }
  /** Undo what was offered last, and with the next press what was before it; or say that there is nothing. */
  undo(event: Event): void
}

export function createToasts(): Toasts {
  const all = signal<Toast[]>([])
  let last = 0
  /** What can still be undone on this surface, the newest last, whether its toast still stands or not. */
  let undoable: { id?: number; run: Undo }[] = []
  const dismiss = (id: number) => {
    all.value = all.value.filter(toast => toast.id !== id)
  }
  const offer: Toasts['offer'] = run => {
    const drop = () => {
      undoable = undoable.filter(one => one.run !== once)
    }
    const once = (event: Event) => {
      drop()
      run(event)
    }
    undoable = [...undoable.slice(1 - mostUndoable), { run: once }]
    return {
      get run() {
        return undoable.some(one => one.run === once) ? once : undefined
      },
      drop,
    }
  }
  const show = (notice: Notice, instead?: number) => {
    const id = instead ?? ++last
    const kept = all.value.filter(toast => toast.id !== id)
    let { action } = notice
    if (action?.keys === 'U') {
      const { run } = action
      const once = undoable.some(one => one.run === run) ? run : offer(run).run!
      action = { ...action, run: once }
      undoable = undoable.map(one => (one.run === once ? { id, run: once } : one))
    }
    all.value = [...kept.slice(-3), { ...notice, ...(action && { action }), id }]
    return id
  }
  const undo = (event: Event) => {
    const text = 'Nothing to undo'
    const newest = undoable.at(-1)
    if (newest) {
      if (newest.id !== undefined) dismiss(newest.id)
      newest.run(event)
    } else if (all.value.every(toast => toast.text !== text)) show({ icon: Undo2, text })
  }
  return {
    all,
    show,
    dismiss,
    offer,
    undo,
    fail(text, action) {
      // the same again is said once
      const same = all.value.find(toast => toast.bad && toast.text === text)
      show({ icon: TriangleAlert, text, bad: true, ...(action && { action }) }, same?.id)
    },
  }
}

/** Where toasts appear: bottom left of the surface. */
export const ToastHost = ({ toasts }: { toasts: Toasts }) => (
  <div class="toasts">
    {toasts.all.value.map(toast => (
      <ToastLine key={toast.id} toast={toast} dismiss={() => toasts.dismiss(toast.id)} />
    ))}
  </div>
)

function ToastLine({ toast, dismiss }: { toast: Toast; dismiss(): void }) {
  const { icon, text, action, bad, progress } = toast
  const stays = bad || progress !== undefined
  const clock = useCountdown(stays ? undefined : shown, dismiss)
  return (
    <div class={`toast ${stays ? 'stays' : ''} ${bad ? 'bad' : ''}`} role={bad ? 'alert' : 'status'} {...clock}>
      <Icon of={icon} />
      <span>
        <Visible text={text} />
      </span>
      <span class="end" />
      {progress && <progress {...progress} aria-label={text} />}
      {action && (
        <Button
          small
          {...(action.icon && { icon: action.icon })}
          {...(action.keys && { keys: action.keys })}
          onClick={event => {
            dismiss()
            action.run(event)
          }}
        >
          {action.label}
        </Button>
      )}
      {!progress && <IconButton label="Dismiss" icon={X} small onClick={dismiss} />}
    </div>
  )
}

/** Calls `done` after `ms` in which neither pointer nor focus was on it. */
function useCountdown(ms: number | undefined, done: () => void) {
  const state = useRef({ left: ms, since: 0, timer: 0 as unknown as ReturnType<typeof setTimeout> })
  const run = () => {
    const { left } = state.current
    if (left === undefined) return
    clearTimeout(state.current.timer)
    state.current.since = Date.now()
    state.current.timer = setTimeout(done, left)
  }
  const halt = () => {
    clearTimeout(state.current.timer)
    if (state.current.left !== undefined) state.current.left = Math.max(0, state.current.left - (Date.now() - state.current.since))
  }
  useEffect(() => {
    state.current.left = ms
    run()
    return () => clearTimeout(state.current.timer)
  }, [ms])
  return { onMouseEnter: halt, onMouseLeave: run, onFocusIn: halt, onFocusOut: run }
}

import { Upload } from 'lucide'
import { useId, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'

/** A message to the background holds 64 MB; as base64 a file is a third longer. */
export const largestFile = 32 * 1024 * 1024

export interface Chosen {
  name: string
  size: number
  /** Base64. */
  content: string
}

/** Read a file for a message to the background. Throws with words for people. */
export async function readFile(file: File): Promise<Chosen> {
  if (file.size > largestFile) throw new Error(`${file.name} is larger than 32 MB. Load it with \`signalbox\` on the command line.`)
  if (file.size === 0) throw new Error(`${file.name} is empty.`)
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`))
    reader.readAsDataURL(file)
  })
  return { name: file.name, size: file.size, content: url.slice(url.indexOf(',') + 1) }
}

/** A place to drop files on, or to choose them. */
export function FileDrop(props: { label: string; says: string; accept?: string; single?: boolean; onFiles(files: File[]): void }) {
  const { label, says, accept, single = false, onFiles } = props
  const [over, setOver] = useState(false)
  const id = useId()
  return (
    <div class={`drop ${over ? 'over' : ''}`}>
      <Icon of={Upload} />
      <label for={id}>
        <strong>{label}</strong>
        <span class="dim">{says}</span>
      </label>
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={!single}
        // it lies over all of the box, and takes what is dropped by itself
        onDragEnter={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={() => setOver(false)}
        onChange={event => {
          const files = [...(event.currentTarget.files ?? [])]
          // the same file can be chosen again after it was put right
          event.currentTarget.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
    </div>
  )
}

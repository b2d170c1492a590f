// Lists of paths as one value of the URL: a comma within a path is escaped.

export const escapePath = (path: string) => path.replaceAll('%', '%25').replaceAll(',', '%2C').replaceAll('~', '%7E')
export const readPath = (text: string) => text.replaceAll('%2C', ',').replaceAll('%7E', '~').replaceAll('%25', '%')

export const readList = (text: string | undefined): string[] | undefined => text?.split(',').filter(Boolean).map(readPath)
export const printList = (paths: readonly string[]): string => paths.map(escapePath).join(',')

/** Whether a channel that is not HTTP is to be encrypted, by its options. */
export const isEncrypted = ({ encryption = '' }: Readonly<Record<string, string>>): boolean => encryption !== 'none'

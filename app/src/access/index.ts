/** Who is let in: programs by keys, people by sessions. */
export { type AccessKeys, type NewAccessKey, openAccessKeys, type WriteKey } from './access-keys.ts'
export { openSessions, type Sessions } from './sessions.ts'

/** Where clients put their write key: `Authorization: Bearer KEY`, or as the user name of Basic authentication. */
export function writeKeyIn(authorization: string | undefined): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\S+)\s+(\S+)\s*$/.exec(authorization ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return credentials
  if (scheme.toLowerCase() !== 'basic') return undefined
  const user = Buffer.from(credentials, 'base64').toString('utf8').split(':')[0]
  return user === '' ? undefined : user
}

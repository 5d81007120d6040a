/** A missing real part is a visible skip on a laptop and a failure under CI. */
export function missing(...reasons: readonly (string | undefined)[]): string | undefined {
  const reason = reasons.find((each) => each !== undefined)
  if (reason !== undefined && process.env['CI']) throw new Error(`A real part is missing: ${reason}.`)
  return reason
}

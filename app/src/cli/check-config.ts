import { type Command, parseCommand, print, printJson } from './command.ts'

export const run: Command = async (args) => {
  const { config: read, json } = parseCommand(args)
  const { dataDirectory, profile, http } = read()
  if (json) printJson({ valid: true, profile, dataDirectory, http })
  else print(`The configuration is valid: profile ${profile}, data in ${dataDirectory}, http ${http.host}:${http.port}.`)
  return 0
}

import { type Command, parseCommand, print, printJson } from './command.ts'

export const checkConfigCommand: Command = {
  name: 'check-config',
  summary: 'Reads the configuration and reports all its faults together.',
  usage: '[--config FILE]',
  async run(args) {
    const { config: read, json } = parseCommand(args)
    const { dataDirectory, profile, http } = read()
    if (json) printJson({ valid: true, profile, dataDirectory, http })
    else print(`The configuration is valid: profile ${profile}, data in ${dataDirectory}, http ${http.host}:${http.port}.`)
    return 0
  },
}

import { resolve } from 'node:path'
import { type DenialReason, denialReasons, type Preview, type ShownRequest, type StoreHoldings } from '@kanalblick/consent'
import type { Identifier, IdentifierKind } from '@kanalblick/stream'
import { AppError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { operateRights, type RightsOperator } from '../rights/operate.ts'
import { type Arguments, type Command, parseCommand, print, printJson } from './command.ts'

/** The option that names an identifier of each kind. */
const namedBy = { email: 'email', customer: 'customer', phone: 'phone', device: 'device', buyer: 'marketplace_buyer' } as const satisfies Record<
  string,
  IdentifierKind
>
const identifierOptions = Object.fromEntries(Object.keys(namedBy).map((option) => [option, { type: 'string', multiple: true }] as const))

export const run: Command = async (args) => {
  const given = parseCommand(args, { ...identifierOptions, 'dry-run': { type: 'boolean' }, out: { type: 'string' }, reason: { type: 'string' } }, 2)
  const read = actions[given.positionals[0] ?? '']
  if (!read) throw new AppError('USAGE', `Say ${Object.keys(actions).join(', ')}.`)
  const act = read(given)
  const config = given.config()
  const operator = await operateRights(config, createLogger('warn'))
  try {
    await act(operator, { controllerNamed: config.controller !== undefined })
    return 0
  } finally {
    await operator.close()
  }
}

type Act = (operator: RightsOperator, settings: { readonly controllerNamed: boolean }) => Promise<void>

/** Each reads what was asked before anything is opened. @throws AppError USAGE */
const actions: Readonly<Record<string, (given: Arguments) => Act>> = {
  access(given) {
    const identifiers = identifiersIn(given)
    return given.flag('dry-run') ? preview(identifiers, given) : access(identifiers, given)
  },
  erase(given) {
    const identifiers = identifiersIn(given)
    return given.flag('dry-run') ? preview(identifiers, given) : erase(identifiers, given)
  },
  list: (given) => async (operator) => {
    const requests = await operator.list()
    if (given.json) return printJson(requests)
    for (const request of requests) print(lineOf(request))
    if (requests.length === 0) print('No requests.')
  },
  verify(given) {
    const id = idIn(given)
    return async (operator) => show(await operator.verify(id), given)
  },
  deny(given) {
    const [id, reason] = [idIn(given), reasonIn(given)]
    return async (operator) => show(await operator.deny(id, reason), given)
  },
}

const preview =
  (identifiers: readonly Identifier[], given: Arguments): Act =>
  async (operator) =>
    showPreview(await operator.preview(identifiers), given)

const access =
  (identifiers: readonly Identifier[], given: Arguments): Act =>
  async (operator, { controllerNamed }) => {
    const request = await operator.carryOut('access', identifiers)
    const out = resolve(given.text('out') ?? `access-${request.request_id}.zip`)
    await operator.save(request.request_id, out)
    if (given.json) return printJson({ ...request, out })
    print(`${described(request.proof?.found ?? [])}\nWritten to ${out}. It holds personal data: hand it over on a safe way, then delete it.`)
    printAmbiguity(request)
    if (!controllerNamed) print('The package does not say who is responsible: set controller in kanalblick.yaml (docs/howto/requests.md).')
  }

const erase =
  (identifiers: readonly Identifier[], given: Arguments): Act =>
  async (operator) => {
    const request = await operator.carryOut('erasure', identifiers)
    if (given.json) return printJson(request)
    const { remaining, verifiedAt } = request.proof ?? {}
    const found = `Found afterwards: ${remaining ?? '?'} (searched ${verifiedAt ?? '?'})`
    print(`${described(request.proof?.found ?? [])}\nErased. ${found}. Proof: request ${request.request_id}.`)
    printAmbiguity(request)
  }

function idIn({ positionals }: Arguments): string {
  const [, id] = positionals
  if (id === undefined) throw new AppError('USAGE', 'The id of the request is missing.')
  return id
}

function reasonIn(given: Arguments): DenialReason {
  const reason = given.need('reason') as DenialReason
  if (!denialReasons.includes(reason)) throw new AppError('USAGE', `--reason must be one of ${denialReasons.join(', ')}.`)
  return reason
}

function identifiersIn(given: Arguments): Identifier[] {
  const identifiers = Object.entries(namedBy).flatMap(([option, kind]) => given.list(option).map((value) => ({ kind, value })))
  if (identifiers.length === 0) throw new AppError('USAGE', 'Name the person: --email E, --customer N, --phone P, --device D or --buyer B, as often as needed.')
  return identifiers
}

const show = (request: ShownRequest, { json }: Arguments) => (json ? printJson(request) : print(lineOf(request)))

const lineOf = ({ request_id, type, status, reason, received_at, expected_by }: ShownRequest) =>
  `${request_id}  ${type.padEnd(7)}  ${status}${reason ? ` (${reason})` : ''}  received ${received_at.slice(0, 10)}, due ${expected_by.slice(0, 10)}`

function showPreview(preview: Preview, { json }: Arguments): void {
  if (json) return printJson(preview)
  const identifiers = Object.entries(preview.identifiers).map(([kind, count]) => `${count} ${kind}`)
  print(`Identifiers: ${identifiers.join(', ')}\n${described(preview.found)}\nNothing was changed.`)
  if (preview.ambiguous.length > 0) print(ambiguityNote(preview.ambiguous))
}

const printAmbiguity = ({ proof }: ShownRequest) => {
  if (proof && proof.ambiguous.length > 0) print(ambiguityNote(proof.ambiguous))
}

const ambiguityNote = (kinds: readonly string[]) =>
  `Left out, because somebody else uses it too: ${kinds.join(', ')}. If it is this person's alone, name it with its own option.`

const effects = { delete: 'deleted', mask: 'kept without the person', expire: 'unreadable', keep: 'kept' } as const

/** What, where, how many, and what an erasure does with it. */
function described(found: readonly StoreHoldings[]): string {
  const rows = found.flatMap(({ store, holdings }) =>
    holdings.map(({ what, rows, onErasure, reason, until }) => {
      const effect = `${effects[onErasure]}${until ? ` after ${until.slice(0, 16)}Z` : ''}${reason ? ` (${reason})` : ''}`
      return `  ${store.padEnd(22)}${what.padEnd(20)}${String(rows).padStart(8)}  on erasure ${effect}`
    }),
  )
  return rows.length > 0 ? rows.join('\n') : 'Nothing is held of this person.'
}

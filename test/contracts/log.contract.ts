/**
 * What every log promises, whatever carries it. Each adapter runs this suite; where it cannot keep a promise it names the sentence and
 * says why, and the case is skipped under that reason.
 */
import { describe, test } from 'vitest'
import { advancing } from './log/advancing.ts'
import { appending } from './log/appending.ts'
import { closing } from './log/closing.ts'
import { lasting } from './log/lasting.ts'
import { reading } from './log/reading.ts'
import { retention } from './log/retention.ts'
import { searching } from './log/searching.ts'
import { sharing } from './log/sharing.ts'
import { inWorld, type LogPlace, type World } from './log/world.ts'

/** Sentences about a log, each with its proof. */
export type Promises = Readonly<Record<string, (world: World) => Promise<void>>>

const chapters = { appending, reading, advancing, sharing, lasting, retention, searching, closing } satisfies Record<string, Promises>
export type Sentence = { [Chapter in keyof typeof chapters]: keyof (typeof chapters)[Chapter] }[keyof typeof chapters]

export interface LogContract {
  readonly name: string
  /** A new, empty log for one case. */
  readonly place: () => Promise<LogPlace>
  /** Sentence to reason. */
  readonly exceptions?: { readonly [Kept in Sentence]?: string }
}

export function logContract({ name, place, exceptions = {} }: LogContract): void {
  const reasons: Readonly<Record<string, string>> = exceptions
  for (const [chapter, promises] of Object.entries<Promises>(chapters)) {
    describe(`${name}: ${chapter}`, () => {
      for (const [sentence, proof] of Object.entries(promises)) {
        const reason = reasons[sentence]
        if (reason) test.skip(`${sentence} [${reason}]`)
        else test(sentence, async () => inWorld(await place(), proof))
      }
    })
  }
}

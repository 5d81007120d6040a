import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those of a minute and more, and chaos. A file's size, which Vitest goes by where it has not run before, tells nothing of how long these take. */
const long = /test\/(chaos\/|contracts\/(warehouse|ledger\.postgres)|e2e\/(scaled|online-retail|demo|operation|dashboard|weekly-report)|leak\/identifiers)/

/** The long ones first: begun last, one of them would run alone at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's, not an array's
    const sorted = await super.sort(files)
    return [...sorted.filter(({ moduleId }) => long.test(moduleId)), ...sorted.filter(({ moduleId }) => !long.test(moduleId))]
  }
}

export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['*/src/**/*.test.ts', 'reports/dashboard/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Programs that tests start run compiled.
    globalSetup: 'app/bin/compile.mjs',
    // The embedded ClickHouse engine crashes in worker threads.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

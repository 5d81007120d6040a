/** PostgreSQL: of two processes that create a table in the same moment, one may fail. Then it is there. */
export async function createTables(...tables: readonly { execute(): Promise<void> }[]): Promise<void> {
  for (const table of tables) await table.execute().catch(() => table.execute())
}

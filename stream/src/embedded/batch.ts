/** What one batch may hold; a single block of records may be larger. */
export const batchRecords = 5000
export const batchBytes = 4_000_000

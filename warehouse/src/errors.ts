/** Trouble with the warehouse that a person must act on. Match on `code`. */
export type WarehouseErrorCode =
  | 'ERASURE_UNFINISHED' // erasing again completes it
  | 'MIGRATION_CHANGED' // a migration that was applied reads differently now
  | 'SUBJECT_REQUEST_FAILED' // a statement about one person failed
  | 'WAREHOUSE_DENIED' // the server refuses the user or password
  | 'WAREHOUSE_DISK_FULL' // a write failed; the same statement works again once there is space
  | 'WAREHOUSE_IN_USE' // another process has the directory open
  | 'WAREHOUSE_NEWER' // a newer version of the program wrote it
  | 'WAREHOUSE_TOO_OLD' // the server has a fault that its makers have mended since
  | 'WAREHOUSE_UNREACHABLE' // no server answers
  | 'WAREHOUSE_UNREADABLE' // the directory cannot be opened

export class WarehouseError extends Error {
  readonly code: WarehouseErrorCode
  constructor(code: WarehouseErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'WarehouseError'
    this.code = code
  }
}

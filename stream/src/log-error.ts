/** Why the log cannot be used. The messages say where, and what to do next; programs match on `code`. */
export type LogErrorCode =
  | 'LOG_CLOSED' // this process closed the log
  | 'LOG_DISK_FULL' // nothing was written; works again once there is space
  | 'LOG_IN_USE' // another process has the log's file open
  | 'LOG_PARTITIONS' // the log was made with another number of partitions
  | 'LOG_RECORD_TOO_LARGE' // the broker refuses a record of this size
  | 'LOG_STALLED' // the broker has records for a group, but hands none over
  | 'LOG_UNREACHABLE' // no broker answers
  | 'LOG_UNREADABLE' // the log's file cannot be opened, or is no log

export class LogError extends Error {
  readonly code: LogErrorCode
  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LogError'
    this.code = code
  }
}

export const logClosed = () => new LogError('LOG_CLOSED', 'The log was closed. Nothing was appended or read.')

/** The collectors: each maps its source's format to the event catalogue. */
export * from './collector.ts'
export * from './config.ts'
export * from './errors.ts'
export { type MapProgress, mapFile } from './file/map-file.ts'
export { type Mapping, readMapping } from './file/mapping.ts'
export type { CollectorPorts, ConsentSignal, Context, SourceEvent, WriteKey } from './ports.ts'
export * from './routes.ts'

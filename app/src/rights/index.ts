/** The rights of persons over every store: for tests that look behind the command line. */
export { dataMap } from './data-map.ts'
export { openRights, requireComplete } from './open.ts'

/** The warehouse: where events are stored, rolled up, kept as long as allowed, and audited. */
export { type AuditReport, audit, type Finding } from './audit.ts'
export { connectWarehouse, type Warehouse, type WarehouseOptions } from './connect.ts'
export { WarehouseError, type WarehouseErrorCode } from './errors.ts'
export { migrate } from './migrate.ts'
export { enforceRetention } from './retention.ts'
export { refreshRollups } from './rollups.ts'
export { createWarehouseStage, type WarehouseStageOptions } from './stage.ts'
export { staleDays } from './stale-days.ts'

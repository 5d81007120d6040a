import { channelPerformance } from './channel-performance.ts'
import { dataExtent } from './data-extent.ts'
import type { Report } from './report.ts'
import { channelTrend, countryTrend, productTrend } from './trends.ts'
import { weeklyDeliveries, weeklyProducts } from './weekly/reports.ts'

export const reports: readonly Report[] = [channelPerformance, channelTrend, countryTrend, productTrend, dataExtent, weeklyDeliveries, weeklyProducts]

import { channelPerformance } from './channel-performance.ts'
import type { Report } from './report.ts'
import { channelTrend, countryTrend, productTrend } from './trends.ts'
import { weeklyDeliveries, weeklyProducts } from './weekly/reports.ts'

export const reports: readonly Report[] = [channelPerformance, channelTrend, countryTrend, productTrend, weeklyDeliveries, weeklyProducts]

/** Charts for whoever draws them: specification and option, nothing that needs a server. */
export { type Chart, type ContributionChart, darkPalette, type Palette, palette, type TrendChart } from './chart.ts'
export { chartHeight, chartOption } from './option.ts'

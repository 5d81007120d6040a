/** Dates in the format of a file. */
import { isDay, toInstant, type WallTime } from '../reading/instant.ts'

/** Reads a date; undefined when the text does not have the format. A string is an instant already, a wall time still needs its zone. */
export type ReadDate = (text: string) => WallTime | string | undefined

const tokens: ReadonlyMap<string, readonly [name: keyof WallTime, pattern: string]> = new Map([
  ['yyyy', ['year', '\\d{4}']],
  ['MM', ['month', '\\d{2}']],
  ['M', ['month', '\\d{1,2}']],
  ['dd', ['day', '\\d{2}']],
  ['d', ['day', '\\d{1,2}']],
  ['HH', ['hour', '\\d{2}']],
  ['H', ['hour', '\\d{1,2}']],
  ['mm', ['minute', '\\d{2}']],
  ['ss', ['second', '\\d{2}']],
])
const tokenPattern = /yyyy|MM|M|dd|d|HH|H|mm|ss|T|[A-Za-z]+|[^A-Za-z]+/g

/** @throws RangeError when the format has letters that mean nothing here, or no full date */
export function compileDateFormat(format: string): ReadDate {
  if (format === 'iso') return readIso
  const names: (keyof WallTime)[] = []
  const patterns = (format.match(tokenPattern) ?? []).map((text) => {
    const token = tokens.get(text)
    if (token) names.push(token[0])
    else if (/[A-Za-z]/.test(text) && text !== 'T') throw new RangeError('unknown letters')
    return token ? `(${token[1]})` : text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  if (!['year', 'month', 'day'].every((name) => names.includes(name as keyof WallTime)) || new Set(names).size < names.length)
    throw new RangeError('no full date')
  const pattern = new RegExp(`^${patterns.join('')}$`)
  return (text) => {
    const found = pattern.exec(text)
    if (!found) return undefined
    const wall: Record<keyof WallTime, number> = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 }
    for (const [index, name] of names.entries()) wall[name] = Number(found[index + 1])
    return isWallTime(wall) ? wall : undefined
  }
}

const isoPattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i

function readIso(text: string): WallTime | string | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', offset] = isoPattern.exec(text) ?? []
  if (offset !== undefined) return toInstant(text.replace(' ', 'T'))
  const wall = { year: Number(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second) }
  return isWallTime(wall) ? wall : undefined
}

const isWallTime = ({ year, month, day, hour, minute, second }: WallTime) => isDay(year, month, day) && hour < 24 && minute < 60 && second < 60

/** Reduces a user agent to device class, browser family and operating system. The user agent itself is never written. */
import Bowser from 'bowser'
import { isbot } from 'isbot'
import type { Context } from '../ports.ts'

type Device = NonNullable<Context['device']>
export type ReadDevice = (userAgent: string) => Device

const classes: ReadonlySet<string> = new Set<Device['class']>(['desktop', 'mobile', 'tablet'])
const longest = 512
const maxKnown = 2000

/** Parsing costs more than the rest of an event, and visitors share few user agents. */
export function createReadDevice(): ReadDevice {
  const known = new Map<string, Device>()
  return (userAgent) => {
    const text = userAgent.slice(0, longest)
    const found = known.get(text)
    if (found) return found
    if (known.size >= maxKnown) known.clear()
    const device = toDevice(text)
    known.set(text, device)
    return device
  }
}

function toDevice(userAgent: string): Device {
  if (userAgent.trim() === '') return { class: 'other' }
  if (isbot(userAgent)) return { class: 'bot' }
  const { platform, browser, os } = Bowser.parse(userAgent)
  return {
    class: platform.type !== undefined && classes.has(platform.type) ? (platform.type as Device['class']) : 'other',
    ...(browser.name && { browser: browser.name.slice(0, 40) }),
    ...(os.name && { os: os.name.slice(0, 40) }),
  }
}

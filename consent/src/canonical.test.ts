import { describe, expect, test } from 'vitest'
import { canonical } from './canonical.ts'

const rules = { emailCase: 'lower', phoneCountry: 'DE' } as const

describe('one spelling per person', () => {
  test.each([
    ['email', ' Max.Mustermann@Example.COM ', 'max.mustermann@example.com'],
    ['email', 'max+news@example.com', 'max+news@example.com'],
    ['email', 'm\u200bax@example.com\ufeff', 'max@example.com'],
    ['email', 'jo\u0308rg@example.com', 'j\u00f6rg@example.com'],
    ['email', '\uff4d\uff41\uff58@example.com', 'max@example.com'],
    ['phone', '0171 123 45 67', '+491711234567'],
    ['phone', '+49 (0)171 / 1234567', '+491711234567'],
    ['phone', '0049171-1234567', '+491711234567'],
    ['phone', '+43 664 1234567', '+436641234567'],
    ['phone', 'unknown', 'unknown'],
    ['customer', ' C-1001 ', 'C-1001'],
    ['customer', 'c-1001', 'c-1001'],
    ['device', '\uff21\uff11', 'A1'],
  ] as const)('%s %j is %j', (kind, value, expected) => {
    expect(canonical({ kind, value }, rules)).toBe(expected)
  })

  test('a local part keeps its case when the merchant says so', () => {
    expect(canonical({ kind: 'email', value: 'Max@Example.COM' }, { ...rules, emailCase: 'keep_local' })).toBe('Max@example.com')
  })

  test.each([
    ['AT', '0664 1234567', '+436641234567'],
    ['CH', '079 123 45 67', '+41791234567'],
  ] as const)('a phone number without country code is from %s where that is configured', (phoneCountry, value, expected) => {
    expect(canonical({ kind: 'phone', value }, { ...rules, phoneCountry })).toBe(expected)
  })
})

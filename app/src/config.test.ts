import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kanalblick-config-'))
})
afterEach(() => rmSync(data, { recursive: true }))

const write = (yaml: string) => writeFileSync(join(data, 'kanalblick.yaml'), yaml)
const read = (env: NodeJS.ProcessEnv = {}) => readConfig({ data, env })
const faultsOf = (env?: NodeJS.ProcessEnv): string => {
  try {
    read(env)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('without a file', () => {
  test('everything has a default: one process, loopback, every optional purpose off', () => {
    expect(read()).toMatchObject({ profile: 'embedded', http: { host: '127.0.0.1', port: 4180 }, timeZone: 'Europe/Berlin', dataDirectory: data })
  })

  test('a file that was asked for must be there', () => {
    expect(() => readConfig({ data, config: join(data, 'other.yaml'), env: {} })).toThrow(/other\.yaml has 1 fault:\n.*cannot be read \(ENOENT\)/)
  })
})

describe('faults', () => {
  test('are reported all together, each with its place', () => {
    write('profile: galactic\nhttp: { port: seventy }\nspeed: 11\ntimeZone: Berlin\n')
    expect(faultsOf()).toMatch(/4 faults[^]*profile[^]*http\.port[^]*timeZone[^]*speed/)
  })

  test('name a group of settings that is none, also when the environment sets one of it', () => {
    write('http: everywhere\n')
    expect(faultsOf({ KANALBLICK_PORT: '4180' })).toMatch(/1 fault:[^]*http: /)
  })

  test('name the stores that the scaled profile misses', () => {
    write('profile: scaled\n')
    expect(faultsOf()).toMatch(/kafka: is required[^]*clickhouse: is required[^]*postgres: is required/)
  })

  test('say that a reporting currency needs rates', () => {
    write('transform: { reportingCurrency: EUR }\n')
    expect(faultsOf()).toMatch(/exchangeRatesFile: is required/)
  })

  test('say that recipients need a mail server, and what a time is', () => {
    write('weeklyReport: { recipients: [a@shop.example] }\n')
    expect(faultsOf()).toMatch(/1 fault:[^]*smtp: is required when weeklyReport\.recipients names somebody/)
    write('weeklyReport: { recipients: [hunter2], at: "*/5 * * * *", language: fr }\nsmtp: { host: mail.shop.example, from: hunter2 }\n')
    expect(faultsOf()).toMatch(/4 faults[^]*language[^]*recipients\.0[^]*weeklyReport\.at: must be [^]*smtp\.from/)
    expect(faultsOf()).not.toContain('hunter2')
    write('smtp: { host: mail.shop.example, from: a@shop.example }\n')
    expect(faultsOf({ KANALBLICK_SMTP_PASSWORD: 'hunter2' })).toMatch(/1 fault:[^]*smtp\.username: is required with a password/)
  })

  test.each([
    ['a: [1', 'is not YAML'],
    ['- a\n', 'must hold settings by name'],
  ])('tell a file that is no configuration: %j', (yaml, reason) => {
    write(yaml)
    expect(faultsOf()).toContain(reason)
  })

  test.each(['kanalblick.example', 'ftp://kanalblick.example', 'https://kanalblick.example/path', 'https://user:word@kanalblick.example'])(
    'tell a public address that no browser could use: %s',
    (url) => expect(faultsOf({ KANALBLICK_PUBLIC_URL: url })).toMatch(/1 fault:[^]*http\.publicUrl: must/),
  )

  test('tell an allowed host that is no name', () => {
    expect(faultsOf({ KANALBLICK_ALLOWED_HOSTS: 'ingest:4180, https://ingest, *' })).toMatch(/3 faults/)
  })

  test('do not quote a secret', () => {
    expect(
      faultsOf({ KANALBLICK_MASTER_KEY: 'hunter2', KANALBLICK_OPERATOR_TOKEN: 'hunter2', KANALBLICK_POSTGRES_URL: 'mysql://u:hunter2@h/d' }),
    ).not.toContain('hunter2')
  })
})

describe('the environment', () => {
  test('overrides the file, and the command line overrides both', () => {
    write('http: { port: 1 }\n')
    expect(read({ KANALBLICK_PORT: '2' }).http.port).toBe(2)
    expect(readConfig({ data, port: '3', env: { KANALBLICK_PORT: '2' } }).http.port).toBe(3)
  })

  test('brings the password of the mail server', () => {
    write('weeklyReport: { recipients: [a@shop.example] }\nsmtp: { host: mail.shop.example, username: shop, from: report@shop.example }\n')
    expect(read({ KANALBLICK_SMTP_PASSWORD: 'secret' })).toMatchObject({
      weeklyReport: { language: 'de', recipients: ['a@shop.example'], at: '0 6 * * 1' },
      smtp: { host: 'mail.shop.example', port: 587, secure: false, username: 'shop', password: 'secret', from: 'report@shop.example' },
    })
  })

  test('says under which names the server is called', () => {
    const env = { KANALBLICK_PUBLIC_URL: 'https://Kanalblick.example/', KANALBLICK_ALLOWED_HOSTS: 'ingest, [fd00::1]' }
    expect(read(env).http).toMatchObject({ publicUrl: 'https://kanalblick.example', allowedHosts: ['ingest', '[fd00::1]'] })
  })

  test('brings the secrets and places of the scaled stores', () => {
    const env = {
      KANALBLICK_PROFILE: 'scaled',
      KANALBLICK_KAFKA_BROKERS: 'a:9092, b:9092',
      KANALBLICK_CLICKHOUSE_URL: 'http://c:8123',
      KANALBLICK_CLICKHOUSE_PASSWORD: 'secret',
      KANALBLICK_POSTGRES_URL: 'postgres://d/e',
      KANALBLICK_MASTER_KEY: Buffer.alloc(32).toString('base64'),
    }
    expect(read(env)).toMatchObject({ kafka: { brokers: ['a:9092', 'b:9092'] }, clickhouse: { url: 'http://c:8123', password: 'secret' } })
  })
})

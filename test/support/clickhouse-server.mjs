// A real ClickHouse server (HTTP) out of the library that the `chdb` package installs: `clickhouse local` can listen.
// node clickhouse-server.mjs DATA_PATH HTTP_PORT CONFIG.xml
// It ends by itself when its standard input closes, so it never outlives the process that started it.
// `ffi-rs` calls on the thread's own stack; libraries that switch to a stack of their own meet TOO_DEEP_RECURSION.
import { libchdbPath } from 'chdb/libchdb'
import { DataType, load, open } from 'ffi-rs'

const [path, httpPort, configFile] = process.argv.slice(2)
open({ library: 'clickhouse', path: libchdbPath() })
const args = [
  'clickhouse',
  `--config-file=${configFile}`,
  `--path=${path}`,
  '--listen_host=127.0.0.1',
  `--http_port=${httpPort}`,
  "--query=system start listen http; select * from file('stdin', LineAsString, 'line String') format Null",
]
load({
  library: 'clickhouse',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
})

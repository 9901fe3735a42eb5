// What a user would otherwise write: subscribes to the cars' telemetry, keeps the latest values of each car and a row
// of history a message, in SQLite, in transactions of what has arrived within LINGER_MS or of at most BATCH_MAX messages.
// usage: node telemetry_server.mjs PORT DATABASE NORMAL|FULL
// Prints "ready", then after each commit "committed TOTAL NANOSECONDS", by the monotonic clock.
import process from 'node:process';
import Database from 'better-sqlite3';
import { connect } from 'mqtt';

const LINGER_MS = 2;
const BATCH_MAX = 512;
const RECEIVE_MAXIMUM = 1024;

const [port, path, synchronous] = process.argv.slice(2);

const database = new Database(path);
database.pragma('journal_mode = WAL');
database.pragma(`synchronous = ${synchronous}`);
database.exec(`
  CREATE TABLE states (ccid TEXT PRIMARY KEY, fields TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE samples (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ccid TEXT NOT NULL, at INTEGER NOT NULL, fields TEXT NOT NULL
  );
  CREATE INDEX samples_by_time ON samples (ccid, at, number);
`);
const putState = database.prepare('INSERT OR REPLACE INTO states VALUES (?, ?, ?)');
const addSample = database.prepare('INSERT INTO samples (ccid, at, fields) VALUES (?, ?, ?)');

const latest = new Map(); // by car: { boot, seq, fields: { path: value } }
let batch = [];
let timer = null;
let committed = 0;

// { vehicle: { battery: { soc: 80 } } } becomes { "vehicle.battery.soc": 80 }
function flatten(object, prefix, into) {
  for (const [name, value] of Object.entries(object)) {
    if (value !== null && typeof value === 'object') flatten(value, `${prefix}${name}.`, into);
    else into[prefix + name] = value;
  }
  return into;
}

const commit = database.transaction((messages) => {
  const changed = new Set();
  const now = Math.floor(Date.now() / 1000);
  for (const { ccid, payload } of messages) {
    const { ts, boot, seq, ...domains } = JSON.parse(payload);
    const car = latest.get(ccid) ?? { boot: 0, seq: 0, fields: {} };
    if (boot < car.boot || (boot === car.boot && seq <= car.seq)) continue;
    const fields = flatten(domains, '', {});
    latest.set(ccid, { boot, seq, fields: Object.assign(car.fields, fields) });
    changed.add(ccid);
    addSample.run(ccid, Math.min(ts ?? now, now), JSON.stringify(fields));
  }
  for (const ccid of changed) putState.run(ccid, JSON.stringify(latest.get(ccid)), now);
});

function flush() {
  clearTimeout(timer);
  timer = null;
  const messages = batch;
  batch = [];
  commit(messages);
  committed += messages.length;
  console.log(`committed ${committed} ${process.hrtime.bigint()}`);
}

const client = connect({
  host: '127.0.0.1',
  port: Number(port),
  protocolVersion: 5,
  clientId: 'peer',
  clean: false,
  properties: { sessionExpiryInterval: 604800, receiveMaximum: RECEIVE_MAXIMUM },
});
client.on('connect', () => {
  client.subscribe('smartkar/+/state', { qos: 1 }, (error) => {
    if (error) throw error;
    console.log('ready');
  });
});
client.on('message', (topic, payload) => {
  batch.push({ ccid: topic.split('/')[1], payload });
  if (batch.length >= BATCH_MAX) flush();
  else timer ??= setTimeout(flush, LINGER_MS);
});
process.on('SIGTERM', () => client.end(false, {}, () => process.exit(0)));

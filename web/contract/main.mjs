// node main.mjs URL TOKEN CCID: holds the description of the API against what the server answers. The car has state,
// events and commands. Exits with 1 and says what differs.
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';

const [url, token, ccid] = process.argv.slice(2);
const problems = [];

const description = await (await fetch(`${url}/api/v1/openapi.json`)).json();
const standard = await new Validator().validate(structuredClone(description));
if (!standard.valid) problems.push(`openapi.json is no OpenAPI: ${JSON.stringify(standard.errors)}`);

// OpenAPI's own words beside those of JSON Schema are of no use to a validator.
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'components']);
ajv.addSchema(description, 'api');

function resolved(object) {
  if (!object?.$ref) return object;
  return object.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], description);
}

// The validator of a response, by its place in the description.
function validator(path, method, status, type) {
  const responses = description.paths[path][method].responses;
  const key = responses[status] ? String(status) : 'default';
  const schema = resolved(responses[key])?.content?.[type]?.schema;
  if (!schema) return null;
  const where = responses[key].$ref ?? `#/paths/${escaped(path)}/${method}/responses/${key}`;
  return ajv.getSchema(`api${where}/content/${escaped(type)}/schema`);
}

const escaped = (part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

// Asks, and checks the answer against the description of the endpoint. Returns the answer's JSON.
async function ask(method, path, expected, options = {}) {
  const address = fill(path, options);
  const name = `${method} ${address}`;
  const response = await fetch(url + address + (options.query ?? ''), {
    method,
    headers: { Authorization: `Bearer ${options.token ?? token}`, ...options.headers },
    body: options.body,
  });
  if (response.status !== expected) problems.push(`${name}: ${response.status} instead of ${expected}`);
  const type = response.headers.get('Content-Type').split(';')[0];
  const text = await response.text();
  const validate = validator(path, method.toLowerCase(), response.status, type);
  if (validate === null) {
    problems.push(`${name}: ${response.status} with ${type} is not described`);
    return {};
  }
  const body = type.endsWith('ndjson') || !type.endsWith('json') ? text : JSON.parse(text);
  if (!validate(body)) problems.push(`${name}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`);
  return body;
}

const fill = (path, options) =>
  path
    .replace('{ccid}', options.ccid ?? ccid)
    .replace('{id}', options.id ?? '')
    .replace('{name}', options.name ?? '');

const json = { 'Content-Type': 'application/json' };
const commandsPath = '/api/v1/devices/{ccid}/commands';
const wish = JSON.stringify({ action: 'vehicle.startClimate', params: { temperature: 21.5 } });

const command = await ask('POST', commandsPath, 202, { headers: { ...json, 'Idempotency-Key': 'one' }, body: wish });
const again = await ask('POST', commandsPath, 202, { headers: { ...json, 'Idempotency-Key': 'one' }, body: wish });
if (again.id !== command.id) problems.push('the same Idempotency-Key made two commands');
const other = JSON.stringify({ action: 'vehicle.stopClimate' });
await ask('POST', commandsPath, 422, { headers: { ...json, 'Idempotency-Key': 'one' }, body: other });
await ask('POST', commandsPath, 422, { headers: json, body: JSON.stringify({ action: 'vehicle.fly' }) });
await ask('POST', commandsPath, 415, { body: wish });
await ask('POST', commandsPath, 400, { headers: json, body: '{' });

const viewer = await ask('POST', '/api/v1/tokens', 201, { headers: json, body: JSON.stringify({ name: 'reader', role: 'viewer' }) });
await ask('POST', '/api/v1/tokens', 409, { headers: json, body: JSON.stringify({ name: 'reader', role: 'admin' }) });
await ask('POST', '/api/v1/tokens', 422, { headers: json, body: JSON.stringify({ name: 'x', role: 'king' }) });
await ask('POST', commandsPath, 403, { headers: json, body: wish, token: viewer.token });
await ask('GET', '/api/v1/audit', 403, { token: viewer.token });

// Everything that can be read, and that a stranger cannot read it.
for (const [path, item] of Object.entries(description.paths)) {
  if (!item.get || path.endsWith('/stream')) continue;
  const needed = (item.get.parameters ?? []).map(resolved).filter((one) => one.required);
  const query = needed.length > 0 ? `?${needed.map((one) => `${one.name}=${one.example}`).join('&')}` : '';
  await ask('GET', path, 200, { id: command.id, query });
  if (item.get.security === undefined) await ask('GET', path, 401, { id: command.id, token: 'nobody' });
  if (path.includes('{ccid}')) await ask('GET', path, 404, { id: command.id, ccid: '1234567890123456789' });
}
await ask('GET', commandsPath, 422, { query: '?limit=0' });
const page = await ask('GET', commandsPath, 200, { query: '?limit=1' });
const history = '/api/v1/devices/{ccid}/history';
await ask('GET', history, 422);
const soc = await ask('GET', history, 200, { query: '?field=vehicle.battery.soc&resolution=60' });
if (soc.buckets.length === 0) problems.push('the car has no history');
await ask('GET', '/api/v1/devices/{ccid}/export', 200, { query: '?format=ndjson' });
if (!page.next) problems.push('the first page does not lead to the next');
await ask('POST', `${commandsPath}/{id}/cancel`, 404, { id: 1 });

await ask('DELETE', '/api/v1/tokens/{name}', 200, { name: 'reader' });
await ask('DELETE', '/api/v1/tokens/{name}', 404, { name: 'nobody' });
await ask('GET', '/api/v1/devices', 401, { token: viewer.token });

console.log(problems.length === 0 ? 'ok' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

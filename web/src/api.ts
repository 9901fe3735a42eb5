import { signOut, token } from './session';
import { learnClock, now } from './time';
import type { Bucket, CarEvent, CarState, Command, CommandRequest, Device, Me, PresenceEntry, Schema } from './types';

// Why a request failed. status 0: no answer came, so nobody knows whether it arrived.
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as { detail?: string; field?: string };
    return new ApiError(response.status, problem.detail ?? response.statusText, problem.field);
  } catch {
    return new ApiError(response.status, `the server answered ${response.status}`);
  }
}

// Fails with an ApiError; a token that is not taken any more ends the session.
export async function ask(path: string, init: RequestInit = {}, bearer = token.value): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      ...init,
      headers: { ...init.headers, Authorization: `Bearer ${bearer ?? ''}` },
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'no answer from the server');
  }
  learnClock(response.headers.get('Date'));
  if (response.ok) return response;
  if (response.status === 401 && bearer === token.value) signOut();
  throw await problemOf(response);
}

async function get<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

const car = (ccid: string) => `/devices/${encodeURIComponent(ccid)}`;

export interface DevicePage {
  devices: Device[];
  next?: string;
}

// The first page of the cars whose id has `contains` in it.
export const devices = (contains: string) => get<DevicePage>(`/devices?limit=100&contains=${encodeURIComponent(contains)}`);
// next: from the page before.
export const moreDevices = (next: string) => get<DevicePage>(next.replace(/^\/api\/v1/, ''));
export const device = (ccid: string) => get<Device>(car(ccid));
export const state = (ccid: string) => get<CarState>(`${car(ccid)}/state`);
export const me = () => get<Me>('/me');
export const schema = () => get<Schema>('/schema');

export interface CommandPage {
  commands: Command[];
  next?: string;
}

// before: only older ones than the command with this id.
export const commands = (ccid: string, before?: number) =>
  get<CommandPage>(`${car(ccid)}/commands?limit=20${before === undefined ? '' : `&before=${before}`}`);

export const events = async (ccid: string) =>
  (await get<{ events: CarEvent[] }>(`${car(ccid)}/events?limit=20`)).events;

export const presence = async (ccid: string) =>
  (await get<{ presence: PresenceEntry[] }>(`${car(ccid)}/presence?limit=10`)).presence;

// The latest `span` seconds of a field, in buckets of `resolution` seconds.
export const history = async (ccid: string, field: string, span: number, resolution: number) => {
  const to = now.value;
  const query = `field=${field}&from=${to - span}&to=${to + resolution}&resolution=${resolution}`;
  return (await get<{ buckets: Bucket[] }>(`${car(ccid)}/history?${query}`)).buckets;
};

// Names one wish: however often it is sent, it is one command. (randomUUID is not there on plain-HTTP pages.)
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function send(ccid: string, request: CommandRequest, key: string): Promise<Command> {
  const response = await ask(`${car(ccid)}/commands`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(request),
  });
  return (await response.json()) as Command;
}

export async function cancel(command: Command): Promise<Command> {
  const response = await ask(`${car(command.ccid)}/commands/${command.id}/cancel`, { method: 'POST' });
  return (await response.json()) as Command;
}

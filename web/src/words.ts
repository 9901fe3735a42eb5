// What the API's words mean, in sentences that promise no more than is known.
import { ago, clockTime, duration } from './time';
import type { Command, Device, PresenceEntry } from './types';

// What is said of a car's presence, now or at another time.
type Statement = Device | PresenceEntry;

export type Tone = 'good' | 'calm' | 'warn' | 'bad' | 'busy';

export interface Status {
  label: string;
  detail: string;
  tone: Tone;
}

function proof(device: Statement, now: number): string {
  return device.provedAt === undefined ? 'never proved' : `proved ${ago(device.provedAt, now)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// A belief is shown as one.
function reach(device: Statement, now: number): string {
  const belief = device.reachable === 'believed' ? 'believed reachable' : 'a call may not reach it';
  return `${belief}, ${proof(device, now)}`;
}

const farewells: Record<string, string> = {
  shutdown: 'switched off',
  reboot: 'restarting',
  low_battery: 'saving its battery',
  budget: 'resting: it was woken too often',
};

function sleeping(device: Statement, now: number): Status {
  const reason = device.offlineReason === undefined ? undefined : farewells[device.offlineReason];
  let label = reason === undefined ? 'Asleep' : capital(reason);
  if (device.asleepUntil !== undefined && device.asleepUntil > now) {
    label += ` until ${clockTime(device.asleepUntil, now)}`;
  }
  return { label, detail: reach(device, now), tone: 'calm' };
}

export function presence(device: Statement, now: number): Status {
  switch (device.presence) {
    case 'awake':
      return { label: 'Awake', detail: proof(device, now), tone: 'good' };
    case 'asleep':
      return sleeping(device, now);
    case 'overdue':
      return { label: 'Overdue', detail: `should have been heard of by now, ${proof(device, now)}`, tone: 'warn' };
    case 'lost':
      return { label: 'Connection lost', detail: `ended without a goodbye, ${proof(device, now)}`, tone: 'bad' };
    case 'never_seen':
      return { label: 'Never seen', detail: 'registered, not heard of yet', tone: 'calm' };
  }
}

const commandStates: Record<string, Status> = {
  queued: { label: 'Queued', detail: 'stored; nothing is on its way yet', tone: 'busy' },
  ringing: { label: 'Waking the car', detail: 'the car is being called', tone: 'busy' },
  sent: { label: 'Sent', detail: 'handed over, not answered yet', tone: 'busy' },
  accepted: { label: 'Accepted', detail: 'the car has it', tone: 'busy' },
  in_progress: { label: 'In progress', detail: 'the car is at it', tone: 'busy' },
  completed: { label: 'Completed', detail: 'by the car’s own word', tone: 'good' },
  failed: { label: 'Failed', detail: 'by the car’s own word', tone: 'bad' },
  rejected: { label: 'Rejected', detail: 'the car refused it; nothing was done', tone: 'bad' },
  expired: { label: 'Expired', detail: 'it never ran and will not', tone: 'warn' },
  cancelled: { label: 'Cancelled', detail: 'given up before it ran', tone: 'calm' },
  unknown: { label: 'Unknown', detail: 'nobody can know whether it ran: look at the car', tone: 'warn' },
};

export function commandStatus(command: Command): Status {
  const status = commandStates[command.state] ?? { label: command.state, detail: '', tone: 'calm' };
  if (command.unconfirmed && !command.final) {
    return { label: 'Unconfirmed', detail: 'sent and overdue; the car has not said yet what became of it', tone: 'warn' };
  }
  const stage = command.stage === undefined || command.final ? undefined : stageName(command.stage);
  return stage === undefined ? status : { ...status, detail: stage };
}

const stages: Record<string, string> = {
  accepted: 'in the car’s journal',
  requesting_wake: 'waking the vehicle',
  waiting_for_wake: 'waiting for the vehicle',
  updating_profile: 'updating the charging profile',
  sending_command: 'telling the vehicle',
};

export function stageName(stage: string): string {
  return stages[stage] ?? stage.replaceAll('_', ' ');
}

// The steps of every command, and how far this one is: an index into them, or their number once it has ended.
export const steps = ['Stored', 'Waking', 'Sent', 'Accepted', 'Acting', 'Done'] as const;

const reached: Record<string, number> = { queued: 0, ringing: 1, sent: 2, accepted: 3, in_progress: 4 };

export function step(command: Command): number {
  return reached[command.state] ?? steps.length - 1;
}

export function expiry(command: Command, now: number): string {
  const left = command.expiresAt - now;
  return left > 0
    ? `gives up at ${clockTime(command.expiresAt, now)}, in ${duration(left)}`
    : `its time ran out at ${clockTime(command.expiresAt, now)}`;
}

const actionNames: Record<string, string> = {
  'vehicle.startCharging': 'Start charging',
  'vehicle.stopCharging': 'Stop charging',
  'vehicle.startClimate': 'Start climate',
  'vehicle.stopClimate': 'Stop climate',
  'vehicle.getState': 'Read the vehicle',
  'vehicle.requestState': 'Report the vehicle',
};

export function actionName(action: string): string {
  return actionNames[action] ?? action;
}

// What the rule below would not make of them.
const fieldNames: Record<string, string> = {
  lat: 'Latitude',
  lng: 'Longitude',
  alt: 'Altitude',
  insideTemp: 'Inside',
  outsideTemp: 'Outside',
  maxEnergyWh: 'Full energy',
  chargingAmps: 'Charging current',
  remainingMin: 'Time left',
  batteryPercent: 'Battery level',
};

// "targetSoc" → "Target SoC". Units in a name are left out: they stand behind the value.
export function fieldName(name: string): string {
  const known = fieldNames[name];
  if (known !== undefined) return known;
  const words = name
    .replace(/(Km|Kw|Wh|Ma|Min|Kmh)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(soc|gps|hdop|mqtt|can|sim|ccid|vbus)\b/g, (word) => (word === 'soc' ? 'SoC' : word.toUpperCase()));
  return capital(words);
}

// A value for people. unit: empty for none.
export function valueText(value: unknown, unit = '', decimals = 6): string {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.replaceAll('_', ' ');
  if (typeof value !== 'number') return JSON.stringify(value);
  const number = value.toLocaleString(undefined, {
    maximumFractionDigits: decimals,
    useGrouping: Math.abs(value) >= 10_000,
  });
  return unit === '' ? number : `${number}\u00a0${unit}`;
}

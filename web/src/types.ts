// The objects of the API (docs/http.md). Times are Unix seconds; what is not known is absent.

export type PresenceName = 'never_seen' | 'awake' | 'asleep' | 'overdue' | 'lost';

export interface Device {
  ccid: string;
  presence: PresenceName;
  provedAt?: number;
  asleepUntil?: number;
  offlineReason?: string;
  reachable?: 'believed' | 'unproven';
  wakeCause?: string;
  fw?: string;
  boot?: number;
  link?: string;
  telemetry?: { missing: number; repeated: number };
}

// What was said of a car's presence from a moment on.
export interface PresenceEntry extends Pick<Device, 'presence' | 'provedAt' | 'asleepUntil' | 'offlineReason' | 'reachable'> {
  number: number;
  at: number;
}

// A span of time in the history of a field.
export interface Bucket {
  at: number;
  count: number;
  min?: number;
  max?: number;
  mean?: number;
  last: number | boolean | string;
  lastAt: number;
}

export interface HistoryEntry {
  at: number;
  state: string;
  stage?: string;
  detail?: string;
}

export interface Command {
  id: number;
  ccid: string;
  action: string;
  params: Record<string, unknown>;
  state: string;
  unconfirmed: boolean;
  cancelRequested: boolean;
  supersedes: boolean;
  stage?: string;
  error?: string;
  createdAt: number;
  expiresAt: number;
  final: boolean;
  result?: Record<string, unknown>;
  history: HistoryEntry[];
}

export type Scalar = number | boolean | string | null;

export interface CarState {
  ccid: string;
  updatedAt?: number;
  fieldsUpdatedAt: Record<string, number>;
  state: Record<string, unknown>;
}

export interface CarEvent {
  ccid: string;
  domain: string;
  name: string;
  details: Record<string, unknown>;
  receivedAt: number;
  ts?: number;
  boot?: number;
  seq?: number;
}

export interface ParameterSpec {
  name: string;
  type: 'integer' | 'number' | 'boolean' | 'string';
  required: boolean;
  unit?: string;
  min?: number;
  max?: number;
  default?: number | boolean;
  words?: string[];
}

export interface ActionSpec {
  name: string;
  kind: 'management' | 'query' | 'actuating';
  subject?: string;
  ttl: number;
  parameters: ParameterSpec[];
}

export interface FieldSpec {
  path: string;
  type: string;
  unit?: string;
  decimals?: number;
}

export interface Schema {
  actions: ActionSpec[];
  conditions: ParameterSpec[];
  fields: FieldSpec[];
}

export interface Me {
  name: string;
  role: 'viewer' | 'operator' | 'admin';
}

export interface CommandRequest {
  action: string;
  params: Record<string, unknown>;
  ttl?: number;
  supersede?: boolean;
}

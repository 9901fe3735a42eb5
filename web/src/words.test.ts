import { describe, expect, it } from 'vitest';
import type { Command, Device } from './types';
import { commandStatus, expiry, fieldName, presence, step, steps, valueText } from './words';

const now = 1_767_225_600;

const car = (about: Partial<Device>): Device => ({ ccid: '8944500000000000001', presence: 'awake', ...about });

const command = (about: Partial<Command>): Command => ({
  id: 12,
  ccid: '8944500000000000001',
  action: 'vehicle.startCharging',
  params: {},
  state: 'queued',
  unconfirmed: false,
  cancelRequested: false,
  supersedes: false,
  createdAt: now,
  expiresAt: now + 600,
  final: false,
  history: [],
  ...about,
});

describe('presence', () => {
  it('says when an awake car proved it', () => {
    expect(presence(car({ provedAt: now - 40 }), now)).toEqual({ label: 'Awake', detail: 'proved 40 s ago', tone: 'good' });
  });

  it('shows reachability of a sleeping car as a belief', () => {
    const asleep = car({ presence: 'asleep', provedAt: now - 720, asleepUntil: now + 3600, reachable: 'believed' });
    const status = presence(asleep, now);
    expect(status.label).toMatch(/^Asleep until \d\d:\d\d$/);
    expect(status.detail).toBe('believed reachable, proved 12 min ago');
    expect(presence({ ...asleep, reachable: 'unproven' }, now).detail).toContain('may not reach it');
  });

  it('does not claim a wake time that has passed', () => {
    expect(presence(car({ presence: 'asleep', asleepUntil: now - 1 }), now).label).toBe('Asleep');
  });

  it('does not invent a proof', () => {
    expect(presence(car({ presence: 'overdue' }), now).detail).toContain('never proved');
    expect(presence(car({ presence: 'never_seen' }), now).label).toBe('Never seen');
  });
});

describe('command', () => {
  it('is called unconfirmed while it is, and no longer once it has ended', () => {
    expect(commandStatus(command({ state: 'sent', unconfirmed: true })).label).toBe('Unconfirmed');
    expect(commandStatus(command({ state: 'unknown', unconfirmed: true, final: true })).label).toBe('Unknown');
  });

  it('tells the stage while it is under way', () => {
    const acting = command({ state: 'in_progress', stage: 'waiting_for_wake' });
    expect(commandStatus(acting).detail).toBe('waiting for the vehicle');
    expect(commandStatus(command({ state: 'in_progress', stage: 'some_new_one' })).detail).toBe('some new one');
  });

  it('has its place among the steps', () => {
    expect(steps[step(command({}))]).toBe('Stored');
    expect(steps[step(command({ state: 'ringing' }))]).toBe('Waking');
    expect(steps[step(command({ state: 'failed', final: true }))]).toBe('Done');
  });

  it('says when it gives up', () => {
    expect(expiry(command({}), now)).toMatch(/^gives up at \d\d:\d\d, in 10 min$/);
    expect(expiry(command({}), now + 601)).toContain('ran out');
  });
});

describe('field names', () => {
  it('are words', () => {
    expect(fieldName('targetSoc')).toBe('Target SoC');
    expect(fieldName('insideTemp')).toBe('Inside');
    expect(fieldName('speedKmh')).toBe('Speed');
    expect(fieldName('simCCID')).toBe('SIM CCID');
    expect(fieldName('chargingStarted')).toBe('Charging started');
  });
});

describe('values', () => {
  it('carry their unit and never hide that they are unknown', () => {
    expect(valueText(55.25, '%', 1)).toMatch(/^55[.,]3\u00a0%$/);
    expect(valueText(null, '%')).toBe('unknown');
    expect(valueText(false)).toBe('no');
    expect(valueText('plugged_supply')).toBe('plugged supply');
    expect(valueText({ parked: true })).toBe('{"parked":true}');
  });
});

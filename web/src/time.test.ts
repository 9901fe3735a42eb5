import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ago, clockTime, duration, learnClock, now } from './time';

describe('durations', () => {
  it('have at most two units', () => {
    expect([0, 59, 60, 3599, 3600, 11_100, 86_400, 187_200].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h',
      '3 h 5 min',
      '1 d',
      '2 d 4 h',
    ]);
  });

  it('are never negative: the future is just now', () => {
    expect(ago(105, 100)).toBe('just now');
    expect(ago(40, 100)).toBe('1 min ago');
  });

  it('name the day if it is another one', () => {
    const at = new Date(2026, 0, 1, 12, 0).getTime() / 1000;
    expect(clockTime(at + 3600, at)).toBe('13:00');
    expect(clockTime(at + 86_400, at)).toMatch(/, 12:00$/);
  });
});

describe('clock', () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') }));
  afterEach(() => vi.useRealTimers());

  it('is the server’s where this device is wrong', () => {
    learnClock('Thu, 01 Jan 2026 01:00:00 GMT');
    expect(now.value).toBe(Date.UTC(2026, 0, 1, 1) / 1000);
    learnClock(null);
    expect(now.value).toBe(Date.UTC(2026, 0, 1, 1) / 1000);
    learnClock('Thu, 01 Jan 2026 00:00:01 GMT');
    expect(now.value).toBe(Date.UTC(2026, 0, 1) / 1000);
  });
});

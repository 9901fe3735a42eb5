import { expect, it } from 'vitest';
import type { Command } from '../types';
import { flatten, merged } from './merge';

it('finds every value of a state with its age', () => {
  const state = {
    ccid: '1',
    fieldsUpdatedAt: { 'vehicle.battery.soc': 5, 'vehicle.plug.state': 6 },
    state: { vehicle: { battery: { soc: 80 }, plug: { state: null } } },
  };
  expect(flatten(state)).toEqual({
    'vehicle.battery.soc': { value: 80, updatedAt: 5 },
    'vehicle.plug.state': { value: null, updatedAt: 6 },
  });
});

it('keeps commands newest first, and the latest word on each', () => {
  const one = (id: number, state: string) => ({ id, state }) as Command;
  expect(merged([one(2, 'queued'), one(1, 'completed')], [one(2, 'sent'), one(3, 'queued')])).toEqual([
    one(3, 'queued'),
    one(2, 'sent'),
    one(1, 'completed'),
  ]);
});

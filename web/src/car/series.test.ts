import { expect, test } from 'vitest';
import { series } from './series';

const bucket = (at: number, mean: number) => ({ at, count: 1, mean, last: mean, lastAt: at });

test('what was not watched in between is not joined', () => {
  expect(series([bucket(0, 50), bucket(3600, 51), bucket(40_000, 60)])).toEqual([
    [0, 3600, 3601, 40_000],
    [50, 51, null, 60],
  ]);
});

test('nothing gives an empty chart', () => {
  expect(series([])).toEqual([[], []]);
});

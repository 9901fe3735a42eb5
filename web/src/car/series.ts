import type { Bucket } from '../types';

// A car that sleeps reports every three hours: what lies farther apart was not watched in between.
const watchedSeconds = 4 * 3600;

// Times and means; an unknown between two that are not to be joined.
export function series(buckets: Bucket[]): [number[], (number | null)[]] {
  const times: number[] = [];
  const means: (number | null)[] = [];
  for (const bucket of buckets) {
    const before = times.at(-1);
    if (before !== undefined && bucket.at - before > watchedSeconds) {
      times.push(before + 1);
      means.push(null);
    }
    times.push(bucket.at);
    means.push(bucket.mean ?? null);
  }
  return [times, means];
}

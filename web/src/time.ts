import { signal } from '@preact/signals';

// How far the server's clock is ahead of this device's, in milliseconds: ages are told by the server's clock, because
// that of a phone may be wrong.
let offset = 0;

export const now = signal(Math.floor(Date.now() / 1000));

export function tick(): void {
  now.value = Math.floor((Date.now() + offset) / 1000);
}

// date: the Date field of an answer, which is cut to whole seconds. Differences below two seconds are none.
export function learnClock(date: string | null): void {
  const server = date === null ? NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  offset = Math.abs(difference) < 2000 ? 0 : difference;
  tick();
}

// "40 s", "12 min", "3 h 5 min", "2 d 4 h".
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const [big, small, bigUnit, smallUnit] =
    minutes < 24 * 60
      ? [Math.floor(minutes / 60), minutes % 60, 'h', 'min']
      : [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), 'd', 'h'];
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

export function ago(time: number, at: number): string {
  return at - time < 5 ? 'just now' : `${duration(at - time)} ago`;
}

// The time of day, with the date if it is another day than `at`.
export function clockTime(time: number, at: number): string {
  const date = new Date(time * 1000);
  const sameDay = date.toDateString() === new Date(at * 1000).toDateString();
  const clock = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return sameDay ? clock : `${date.toLocaleDateString([], { day: 'numeric', month: 'short' })}, ${clock}`;
}

export function fullTime(time: number): string {
  return new Date(time * 1000).toLocaleString();
}

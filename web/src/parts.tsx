// Small things that several pages show.
import type { ComponentChildren } from 'preact';
import type { LiveState } from './live';
import { ago, fullTime, now } from './time';
import type { Status, Tone } from './words';

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function StatusLine({ status }: { status: Status }) {
  return (
    <span class="status">
      <Badge tone={status.tone}>{status.label}</Badge> <span class="detail">{status.detail}</span>
    </span>
  );
}

export function Age({ time }: { time: number }) {
  return (
    <time class="age" dateTime={new Date(time * 1000).toISOString()} title={fullTime(time)}>
      {ago(time, now.value)}
    </time>
  );
}

const liveWords: Record<LiveState, [Tone, string]> = {
  connecting: ['calm', 'Connecting'],
  live: ['good', 'Live'],
  broken: ['bad', 'Connection to the server lost: what is shown may be old'],
};

export function LiveMark({ state }: { state: LiveState }) {
  const [tone, words] = liveWords[state];
  return (
    <span class={`live ${tone}`} role="status">
      {words}
    </span>
  );
}

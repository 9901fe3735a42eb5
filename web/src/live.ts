import { useEffect, useState } from 'preact/hooks';
import { ask } from './api';
import { SseParser } from './sse';
import { token } from './session';

export type LiveState = 'connecting' | 'live' | 'broken';

export interface LiveHandlers {
  // Everything is to be read anew: the stream is new here, or missed something.
  reload: () => Promise<void>;
  // name: "command", "presence", "state" or "event".
  take: (name: string, data: unknown) => void;
}

const retryMs = 2000;
// The server sends something at least every 15 s.
const silenceMs = 40_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class LiveStream {
  private readonly ended = new AbortController();
  private lastId = '';

  constructor(
    private readonly query: string,
    private readonly handlers: LiveHandlers,
    private readonly tell: (state: LiveState) => void,
  ) {}

  stop(): void {
    this.ended.abort();
  }

  async run(): Promise<void> {
    while (!this.ended.signal.aborted && token.value !== null) {
      try {
        await this.read();
      } catch {
        // What failed is tried again below, whatever it was.
      }
      if (this.ended.signal.aborted) return;
      this.tell('broken');
      await pause(retryMs);
    }
  }

  private async read(): Promise<void> {
    const silence = new AbortController();
    const end = () => silence.abort();
    this.ended.signal.addEventListener('abort', end);
    let alarm = setTimeout(end, silenceMs);
    try {
      const headers: Record<string, string> = this.lastId === '' ? {} : { 'Last-Event-ID': this.lastId };
      const response = await ask(`/stream${this.query}`, { headers, signal: silence.signal });
      if (response.body === null) return;
      // The stream is open before the lists are read, so nothing happens unseen between the two.
      if (this.lastId === '') await this.handlers.reload();
      this.tell('live');
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const parser = new SseParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(alarm);
        alarm = setTimeout(end, silenceMs);
        for (const message of parser.push(decoder.decode(value, { stream: true }))) {
          if (message.event === 'reset') {
            await this.handlers.reload();
          } else {
            this.handlers.take(message.event, JSON.parse(message.data));
          }
          this.lastId = message.id || this.lastId;
        }
      }
    } finally {
      clearTimeout(alarm);
      this.ended.signal.removeEventListener('abort', end);
    }
  }
}

// Keeps the page true: reads everything when the stream opens and takes over what it tells. ccid: of one car; empty: of
// all.
export function useLive(ccid: string, handlers: LiveHandlers): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const stream = new LiveStream(ccid === '' ? '' : `?ccid=${encodeURIComponent(ccid)}`, handlers, setState);
    void stream.run();
    return () => stream.stop();
  }, [ccid]);
  return state;
}

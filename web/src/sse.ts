export interface SseMessage {
  event: string;
  data: string;
  id: string;
}

// Server-sent events (WHATWG HTML, section 9.2) from the pieces of a stream. EventSource cannot send the token.
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id = '';

  // Returns the messages that the piece completes.
  push(piece: string): SseMessage[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.take(line.replace(/\r$/, '')));
  }

  private take(line: string): SseMessage[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    if (name === 'data') this.data.push(value);
    if (name === 'id') this.id = value;
    return [];
  }

  private dispatch(): SseMessage[] {
    const message = { event: this.event || 'message', data: this.data.join('\n'), id: this.id };
    const empty = this.data.length === 0;
    this.event = '';
    this.data = [];
    return empty ? [] : [message];
  }
}

import { expect, it } from 'vitest';
import { SseParser } from './sse';

it('puts messages together from any pieces', () => {
  const text = 'retry: 2000\n\nid: 7\nevent: command\ndata: {"id":1}\n\n: still here\n\ndata: a\r\ndata: b\r\n\r\n';
  const expected = [
    { event: 'command', data: '{"id":1}', id: '7' },
    { event: 'message', data: 'a\nb', id: '7' },
  ];
  for (const size of [1, 2, 5, 1000]) {
    const parser = new SseParser();
    const messages = [];
    for (let begin = 0; begin < text.length; begin += size) messages.push(...parser.push(text.slice(begin, begin + size)));
    expect(messages).toEqual(expected);
  }
});

import { describe, expect, it } from 'vitest';

import { createSseParser, type SseMessage } from './sse-parser';

function parse(...chunks: string[]) {
  const messages: SseMessage[] = [];
  const retries: number[] = [];
  const feed = createSseParser({ onMessage: (one) => messages.push(one), onRetry: (ms) => retries.push(ms) });
  chunks.forEach(feed);
  return { messages, retries };
}

const TEXT =
  '\uFEFF: hello\r\nretry: 250\r\n\r\nid: 7\nevent: handoff_created\ndata: {"a":\ndata:1}\n\n:beat\n\ndata: one\r\rdata\n\n';
const WANTED: SseMessage[] = [
  { event: 'handoff_created', data: '{"a":\n1}', id: '7' },
  { event: 'message', data: 'one', id: '7' },
  { event: 'message', data: '', id: '7' },
];

describe('the parser', () => {
  it('reads the same wherever the stream is cut in two', () => {
    for (let at = 0; at <= TEXT.length; at += 1) {
      const { messages, retries } = parse(TEXT.slice(0, at), TEXT.slice(at));
      expect(messages, `cut at ${at}`).toEqual(WANTED);
      expect(retries).toEqual([250]);
    }
  });

  it('reads the same character by character', () => {
    expect(parse(...TEXT.split('')).messages).toEqual(WANTED);
  });

  it('makes no event of what has no end, nor of a name without data', () => {
    expect(parse('event: ready\n\ndata: half').messages).toEqual([]);
  });

  it('takes one space after the colon away and keeps the rest', () => {
    expect(parse('data:  two\n\n').messages[0]?.data).toBe(' two');
  });

  it('ignores an id with a NUL and a retry that is no number', () => {
    const { messages, retries } = parse('id: a\0b\nretry: soon\ndata: x\n\n');
    expect(messages[0]?.id).toBeNull();
    expect(retries).toEqual([]);
  });
});

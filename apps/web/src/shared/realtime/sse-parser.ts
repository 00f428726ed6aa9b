export interface SseMessage {
  event: string;
  data: string;
  /** The last id the stream named, for `Last-Event-ID`; null while it named none. */
  id: string | null;
}

interface ParserOptions {
  onMessage: (message: SseMessage) => void;
  /** The server's wish for the pause before a new attempt, in ms. */
  onRetry?: (ms: number) => void;
}

/**
 * Reads `text/event-stream` as the HTML standard describes it, from chunks that may be cut anywhere. What has no blank
 * line after it when the stream ends is not an event.
 */
export function createSseParser({ onMessage, onRetry }: ParserOptions) {
  let rest = '';
  let first = true;
  let event = '';
  let data: string[] = [];
  let id: string | null = null;

  function dispatch(): void {
    if (data.length > 0) onMessage({ event: event || 'message', data: data.join('\n'), id });
    event = '';
    data = [];
  }

  function line(text: string): void {
    if (text === '') return dispatch();
    const colon = text.indexOf(':');
    // A comment: the server's heartbeat.
    if (colon === 0) return;
    const name = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) onRetry?.(Number(value));
  }

  return (chunk: string): void => {
    rest += chunk;
    if (first && rest !== '') {
      rest = rest.replace(/^\uFEFF/, '');
      first = false;
    }
    for (;;) {
      const end = /\r\n|\n|\r/.exec(rest);
      if (!end) return;
      // A lone CR at the end of a chunk may be half of a CRLF.
      if (end[0] === '\r' && end.index === rest.length - 1) return;
      line(rest.slice(0, end.index));
      rest = rest.slice(end.index + end[0].length);
    }
  };
}

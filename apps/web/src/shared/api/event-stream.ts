import { createSseParser, type SseMessage } from '@/shared/realtime/sse-parser';

export const EVENT_STREAM = 'text/event-stream';

export const isEventStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith(EVENT_STREAM) === true;

/** Reads the events of an answer, in order, until `take` says that it has what it wants, or they end. */
export async function readEvents(
  response: Response,
  take: (event: SseMessage) => 'more' | 'enough',
): Promise<void> {
  if (!response.body) return;
  let enough = false;
  const feed = createSseParser({
    onMessage: (event) => {
      enough ||= take(event) === 'enough';
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  while (!enough) {
    const { done, value } = await reader.read();
    if (done) return;
    feed(decoder.decode(value, { stream: true }));
  }
  // Nothing is waited for any more, also not where the other side does not close.
  reader.cancel().catch(() => undefined);
}

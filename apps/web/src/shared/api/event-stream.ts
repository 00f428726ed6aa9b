import { createParser, type EventSourceMessage } from 'eventsource-parser';

export const EVENT_STREAM = 'text/event-stream';

export const isEventStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith(EVENT_STREAM) === true;

/** Reads the events of an answer, in order, until `take` says that it has what it wants, or they end. */
export async function readEvents(
  response: Response,
  take: (event: EventSourceMessage) => 'more' | 'enough',
): Promise<void> {
  if (!response.body) return;
  let enough = false;
  const parser = createParser({
    onEvent: (event) => {
      enough ||= take(event) === 'enough';
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  while (!enough) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
  // Nothing is waited for any more, also not where the other side does not close.
  reader.cancel().catch(() => undefined);
}

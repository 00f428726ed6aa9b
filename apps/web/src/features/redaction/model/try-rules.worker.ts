import { tryRules } from './try-rules';

type Input = Parameters<typeof tryRules>;

// Patterns run where they can be stopped: the browser's engine may need for ever for one the server runs in no time.
globalThis.addEventListener('message', (event: MessageEvent<Input>) => {
  globalThis.postMessage(tryRules(...event.data));
});

import { lazy, Suspense, type ComponentProps } from 'react';

/** What pages show of the PSA, loaded beside them: a page is there without waiting for it. */
const Button = lazy(() => import('./ticket-button'));
const Chip = lazy(() => import('./push-status').then(({ PushChip: Component }) => ({ default: Component })));
const Pushes = lazy(() =>
  import('./push-status').then(({ PushPanel: Component }) => ({ default: Component })),
);
const Ticket = lazy(() =>
  import('./ticket-panel').then(({ TicketPanel: Component }) => ({ default: Component })),
);

export const TicketButton = (props: ComponentProps<typeof Button>) => (
  <Suspense fallback={null}>
    <Button {...props} />
  </Suspense>
);

export const PushChip = (props: ComponentProps<typeof Chip>) => (
  <Suspense fallback={null}>
    <Chip {...props} />
  </Suspense>
);

export const PushPanel = (props: ComponentProps<typeof Pushes>) => (
  <Suspense fallback={null}>
    <Pushes {...props} />
  </Suspense>
);

export const TicketPanel = (props: ComponentProps<typeof Ticket>) => (
  <Suspense fallback={null}>
    <Ticket {...props} />
  </Suspense>
);

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';

import FlowFoldersDialog from './flow-folders-dialog';

const FOLDER = {
  id: 'mail',
  name: 'Mail',
  parent_id: null,
  scope: 'account',
  can_edit: true,
  tree_count: 0,
};

let isIn = false;
let answer: (response: Response) => void;
let answered: Promise<Response>;

beforeEach(() => {
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user' } as never, endReason: null });
  isIn = false;
  answered = new Promise((resolve) => (answer = resolve));
  vi.stubGlobal('fetch', (url: string | URL | Request, init?: RequestInit) => {
    const path = url instanceof Request ? url.url : url.toString();
    if ((init?.method ?? 'GET') !== 'GET') return answered;
    return Promise.resolve(Response.json(path.includes('/trees/') ? (isIn ? ['mail'] : []) : [FOLDER]));
  });
});

async function open() {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <FlowFoldersDialog flow={{ id: 'flow', name: 'Printing' }} onClose={() => undefined} />
    </QueryClientProvider>,
  );
  return await screen.findByRole('checkbox', { name: 'Mail' });
}

it('shows a tick in the very click, and goes on showing it when it is kept', async () => {
  const box = await open();
  act(() => box.click());
  // No turn of the event loop between: whoever looks right after the click sees it.
  expect(box).toBeChecked();
  expect(box).toBeDisabled();

  isIn = true;
  answer(new Response(null, { status: 204 }));
  await waitFor(() => expect(box).toBeEnabled());
  expect(box).toBeChecked();
});

it('takes a tick back that was refused, and says why', async () => {
  const box = await open();
  act(() => box.click());
  expect(box).toBeChecked();
  answer(
    Response.json({ detail: 'This folder is gone.', code: 'not_found', request_id: 'r' }, { status: 404 }),
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('This folder is gone.');
  await waitFor(() => expect(box).not.toBeChecked());
});

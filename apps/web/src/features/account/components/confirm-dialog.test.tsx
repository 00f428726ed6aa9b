import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { ApiError } from '@/shared/api/problem';

import { ConfirmDialog } from './confirm-dialog';

const STALE = new ApiError(403, {
  code: 'step_up_required',
  detail: 'Enter your password again to do this.',
});

beforeEach(() => {
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user' } as never, endReason: null });
});

/** The dialog after the server wanted to see the password, of somebody who has one or not. */
function open(hasPassword: boolean) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string | URL | Request) => {
    asked.push(url instanceof Request ? url.url : url.toString());
    return Promise.resolve(Response.json({ identities: [], has_password: hasPassword }));
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConfirmDialog
        title="Sign everyone out?"
        body="They sign in again."
        confirm="Sign everyone out"
        error={STALE}
        busy={false}
        onConfirm={() => undefined}
        onClose={() => undefined}
      />
    </QueryClientProvider>,
  );
  return asked;
}

it('asks for the password of whoever has one', async () => {
  open(true);
  expect(await screen.findByLabelText('Your password')).toHaveFocus();
  expect(screen.queryByText('Sign in again first')).toBeNull();
});

it('leads whoever has none to signing in again, from where they come back to the page', async () => {
  const asked = open(false);
  expect(await screen.findByRole('alert')).toHaveTextContent('Sign in again first');
  expect(screen.queryByLabelText('Your password')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Sign everyone out' })).toBeNull();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Sign in again' }));
  await vi.waitFor(() =>
    expect(useAuth.getState()).toMatchObject({ status: 'signed_out', endReason: 'renewed' }),
  );
  expect(asked.some((url) => url.endsWith('/auth/logout'))).toBe(true);
});

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';

import SetUpDialog from './second-factor-dialog';

beforeEach(() => {
  useAuth.setState({ status: 'signed_in', token: 't', user: { id: 'user' } as never, endReason: null });
});

it('says why it could not be begun, and begins again', async () => {
  const answers = [
    Response.json({ code: 'unavailable', detail: 'The database is away.' }, { status: 503 }),
    Response.json({ secret: 'ABCDEFGH', otpauth_url: 'otpauth://totp/x?secret=ABCDEFGH' }),
  ];
  vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()));
  const onClose = vi.fn<() => void>();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SetUpDialog onClose={onClose} />
    </QueryClientProvider>,
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('The database is away.');
  expect(screen.queryByRole('status', { name: 'Preparing' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('ABCDEFGH')).toBeInTheDocument();
});

it('can be left when it could not be begun', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(
      Response.json({ code: 'second_factor_exists', detail: 'You have a second factor.' }, { status: 409 }),
    ),
  );
  const onClose = vi.fn<() => void>();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SetUpDialog onClose={onClose} />
    </QueryClientProvider>,
  );
  await screen.findByRole('alert');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onClose).toHaveBeenCalledOnce();
});

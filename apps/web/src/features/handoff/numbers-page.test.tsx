import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';

import type { EscalationNumbers } from '@/shared/api/types';
import { renderRoutes, signInForTest } from '@/testing/render';

import * as page from './numbers-page';

const figures = (volume: number, claimed: number, resolved: number, seconds: number | null) => ({
  volume,
  claimed,
  resolved_after_pickup: resolved,
  median_time_to_claim_seconds: seconds,
  median_time_to_first_action_seconds: null,
  median_time_to_resolve_seconds: 3600,
  repeated_steps: 3,
});
const NUMBERS: EscalationNumbers = {
  from: '2026-10-25T00:00:00Z',
  to: '2026-11-24T00:00:00Z',
  ...figures(12, 10, 8, 720),
  by_domain: [
    { key: 'printing', name: 'printing', ...figures(8, 8, 6, 300) },
    { key: 'active_directory', name: 'active_directory', ...figures(4, 2, 2, 5400) },
  ],
  by_client: [{ key: 'Contoso Dental', name: 'Contoso Dental', ...figures(12, 10, 8, 720) }],
  by_engineer: [],
  by_claimer: [{ key: 'sam', name: 'Sam Ortiz', ...figures(10, 10, 8, 720) }],
};

let asked: URLSearchParams[] = [];
const serve = (numbers: EscalationNumbers) =>
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url, 'http://rf.test').searchParams);
    return new Response(JSON.stringify(numbers));
  });
const open = () =>
  renderRoutes([{ path: '/escalations/numbers', Component: page.Component }], '/escalations/numbers');

beforeEach(() => {
  signInForTest();
  asked = [];
});

it('says the numbers, and each chart once more as a table', async () => {
  serve(NUMBERS);
  open();
  const claim = (await screen.findAllByText('Time to claim', { selector: 'dt' }))[0]?.parentElement;
  expect(claim).toHaveTextContent('12 min');
  expect(screen.getByText('Time to first action').parentElement).toHaveTextContent('–');
  expect(screen.getByText('Resolved after pickup').parentElement).toHaveTextContent('80 %8 of 10 claimed');
  const table = within(screen.getByRole('table', { name: 'By domain' }));
  expect(table.getAllByRole('row').map((row) => row.textContent)).toEqual([
    'DomainAllClaimedResolvedTime to claim',
    'Printing8875 %5 min',
    'Active directory42100 %1 h 30 min',
  ]);
  expect(screen.getByText('Time to resolve').parentElement).toHaveTextContent('1 h 0 min');
  expect(screen.getByRole('table', { name: 'By who claimed' })).toHaveTextContent('Sam Ortiz');
  const widths = [...document.querySelectorAll('svg[viewBox] rect')].map((bar) =>
    Number(bar.getAttribute('width')),
  );
  expect(widths.slice(0, 6)).toEqual([400, 400, 300, 400, 200, 100]);
  expect(screen.getByRole('region', { name: 'By who handed over' })).toHaveTextContent(
    'Nothing to compare yet.',
  );
});

it('asks for another period, which stands in the address', async () => {
  serve({ ...NUMBERS, volume: 0 });
  const user = userEvent.setup();
  const { router } = open();
  expect(await screen.findByText('Nobody escalated in this period')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '7 days' }));
  expect(router.state.location.search).toBe('?days=7');
  const days = asked.map(
    (query) => (Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')) / 86_400_000,
  );
  expect(days).toEqual([30, 7]);
});

import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { useEffect } from 'react';
import { createMemoryRouter, Outlet, RouterProvider, type RouteObject } from 'react-router';

import { listenForKeys } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { queryClient } from '@/shared/api/query-client';

function Shell() {
  useEffect(listenForKeys, []);
  return <Outlet />;
}

/** Signs an engineer called "user" in and forgets what earlier tests loaded. */
export function signInForTest(role = 'engineer'): void {
  queryClient.clear();
  queryClient.setDefaultOptions({ queries: { retry: false } });
  useAuth.setState({
    status: 'signed_in',
    token: 't',
    user: { id: 'user', name: 'Eli Navarro', role, subscription: { in_force: true } } as never,
  });
}

/** Shows pages as the app does: with its keys, its cache and a history. */
export function renderRoutes(routes: RouteObject[], at: string) {
  const router = createMemoryRouter([{ Component: Shell, children: routes }], { initialEntries: [at] });
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...view, router };
}

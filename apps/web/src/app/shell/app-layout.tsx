import { Keyboard, LogOut, Moon, PanelLeft, Search } from 'lucide-react';
import { useEffect, lazy, Suspense, useState } from 'react';
import { Outlet, ScrollRestoration, useLocation, useNavigate } from 'react-router';

import { listenForKeys, useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { mayPay, useLapsed, usePlan } from '@/shared/api/plan';
import { queryClient } from '@/shared/api/query-client';
import { setPreference, usePreferences } from '@/shared/lib/preferences';
import { Kbd } from '@/shared/ui/kbd';

import { loginPath } from '../guards';
import { AccountButton } from './account-button';
import { NavRail, TabBar } from './nav-rail';
import { usePlaces } from './navigation';
import { OfflineBar } from './offline-bar';
import { useQueueUpkeep } from './use-queue-upkeep';
import { useSignOut } from './use-sign-out';

const CommandPalette = lazy(() => import('./command-palette'));
const ShortcutSheet = lazy(() => import('./shortcut-sheet'));
const ExpiryNotice = lazy(() => import('@/features/auth/expiry-notice'));
const LapseBanner = lazy(() => import('@/features/billing/lapse-banner'));
const LapsedPage = lazy(() => import('@/features/billing/lapsed-page'));
const RefusalDialog = lazy(() => import('@/features/billing/refusal-dialog'));
const Bell = lazy(() => import('@/features/notifications/components/bell'));
const LiveUpdates = lazy(() => import('./live-updates'));
const SignOutDialog = lazy(() => import('./sign-out-dialog'));

const THEMES = ['system', 'dark', 'light'] as const;

export function Component() {
  const [overlay, setOverlay] = useState<'palette' | 'shortcuts' | null>(null);
  const navigate = useNavigate();
  const signOut = useSignOut();
  const collapsed = usePreferences((s) => s.railCollapsed);
  const theme = usePreferences((s) => s.theme);
  const places = usePlaces();
  const plan = usePlanNotices();
  // The server tells viewers nothing.
  const liveFor = useAuth((s) => (s.user?.role === 'viewer' || plan.lapsed ? undefined : s.user?.id));

  useQueueUpkeep();
  useLeaveWhenSignedOut();
  useEffect(listenForKeys, []);

  useActions([
    ...places.map((place) => ({
      id: `go.${place.to}`,
      name: `Go to ${place.label.toLowerCase()}`,
      section: 'Go to' as const,
      keys: [place.keys],
      icon: place.icon,
      perform: () => void navigate(place.to),
    })),
    {
      id: 'palette',
      name: 'Open the command palette',
      section: 'General',
      keys: ['mod+k'],
      hidden: true,
      perform: () => setOverlay((now) => (now === 'palette' ? null : 'palette')),
    },
    {
      id: 'shortcuts',
      name: 'Show keyboard shortcuts',
      section: 'General',
      keys: ['?'],
      icon: Keyboard,
      perform: () => setOverlay('shortcuts'),
    },
    {
      id: 'rail',
      name: collapsed ? 'Widen the navigation' : 'Narrow the navigation',
      section: 'General',
      keys: ['['],
      icon: PanelLeft,
      perform: () => setPreference({ railCollapsed: !collapsed }),
    },
    {
      id: 'theme',
      name: `Change the theme (now ${theme})`,
      section: 'General',
      icon: Moon,
      keywords: 'dark light system appearance',
      perform: () =>
        setPreference({ theme: THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system' }),
    },
    { id: 'sign-out', name: 'Sign out', section: 'General', icon: LogOut, perform: signOut.ask },
  ]);

  return (
    <div className="bg-canvas flex min-h-dvh">
      <a
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
        className="bg-raised sr-only z-50 rounded-md px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <NavRail collapsed={collapsed} onSignOut={signOut.ask} onShortcuts={() => setOverlay('shortcuts')} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="border-line bg-canvas/95 sticky top-0 z-30 flex h-12 items-center gap-3 border-b px-4 backdrop-blur-sm sm:px-6">
          <button
            type="button"
            onClick={() => setOverlay('palette')}
            className="border-line bg-surface text-fg-subtle hover:border-control hover:text-fg-muted flex h-8 w-full max-w-md min-w-0 items-center gap-2 rounded-md border px-2.5 text-sm transition-colors duration-120"
          >
            <Search aria-hidden className="size-4" />
            <span className="truncate">Search flows or run a command</span>
            <span className="ml-auto hidden sm:block">
              <Kbd keys="mod+k" />
            </span>
          </button>
          <div className="ml-auto flex size-8 shrink-0">
            <Suspense>{!plan.lapsed && <Bell />}</Suspense>
          </div>
          <div className="md:hidden">
            <AccountButton
              compact
              side="bottom"
              onSignOut={signOut.ask}
              onShortcuts={() => setOverlay('shortcuts')}
            />
          </div>
        </header>
        <OfflineBar />
        {plan.banner && (
          <Suspense fallback={null}>
            <LapseBanner />
          </Suspense>
        )}
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[100rem] flex-1 px-4 pt-6 pb-24 sm:px-6 md:pb-12"
        >
          <Suspense fallback={null}>{plan.closed ? <LapsedPage /> : <Outlet />}</Suspense>
        </main>
      </div>
      <TabBar />
      <ScrollRestoration />
      <Suspense fallback={null}>
        {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(null)} />}
        {overlay === 'shortcuts' && <ShortcutSheet onClose={() => setOverlay(null)} />}
        {plan.refused && <RefusalDialog />}
        <ExpiryNotice />
        {liveFor !== undefined && <LiveUpdates userId={liveFor} />}
        {signOut.pending !== null && (
          <SignOutDialog pending={signOut.pending} onCancel={signOut.cancel} onConfirm={signOut.confirm} />
        )}
      </Suspense>
    </div>
  );
}

/** What an account without a plan in force still reaches. The server draws the same line. */
const OPEN_AREAS = ['/account', '/admin'];

function usePlanNotices() {
  const lapsed = useLapsed();
  const failing = useAuth((s) => s.user?.subscription?.status === 'past_due' && mayPay(s.user));
  const refused = usePlan((s) => s.refusal !== null);
  const { pathname } = useLocation();
  const open = OPEN_AREAS.some((area) => pathname === area || pathname.startsWith(`${area}/`));
  return { lapsed, banner: lapsed || failing, closed: lapsed && !open, refused };
}

/** However the login ended (here, in another tab, or by the server), the page goes to sign-in and forgets its data. */
function useLeaveWhenSignedOut(): void {
  const status = useAuth((s) => s.status);
  const navigate = useNavigate();
  const location = useLocation();
  const here = location.pathname + location.search;
  useEffect(() => {
    if (status !== 'signed_out') return;
    const { endReason } = useAuth.getState();
    // The page goes first: one still mounted would ask for its data again the moment that is cleared.
    void Promise.resolve(
      navigate(endReason === 'signed_out' ? '/login' : loginPath(here), { replace: true }),
    ).finally(() => queryClient.clear());
  }, [status, navigate, here]);
}

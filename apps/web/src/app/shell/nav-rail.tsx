import { clsx } from 'clsx';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { Suspense } from 'react';
import { NavLink } from 'react-router';

import { setPreference } from '@/shared/lib/preferences';
import { BrandMark } from '@/shared/ui/brand-mark';
import { IconButton } from '@/shared/ui/button';

import { AccountButton } from './account-button';
import { usePlaces } from './navigation';

interface NavRailProps {
  collapsed: boolean;
  onSignOut: () => void;
  onShortcuts: () => void;
}

export function NavRail({ collapsed, onSignOut, onShortcuts }: NavRailProps) {
  const places = usePlaces();
  const toggle = (
    <IconButton
      label={collapsed ? 'Widen the navigation' : 'Narrow the navigation'}
      aria-expanded={!collapsed}
      aria-controls="rail"
      onClick={() => setPreference({ railCollapsed: !collapsed })}
    >
      {collapsed ? (
        <PanelLeftOpen aria-hidden className="size-4" />
      ) : (
        <PanelLeftClose aria-hidden className="size-4" />
      )}
    </IconButton>
  );
  return (
    <nav
      id="rail"
      aria-label="Main"
      className={clsx(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-surface p-2 md:flex',
        collapsed ? 'w-13 items-center' : 'w-56',
      )}
    >
      <div className={clsx('flex items-center gap-2', collapsed ? 'mb-2 flex-col pt-1' : 'mb-3 h-8 pl-1.5')}>
        <BrandMark className="size-6 shrink-0" />
        {!collapsed && <span className="truncate font-semibold tracking-tight">ResolutionFlow</span>}
        <span className={collapsed ? undefined : 'ml-auto'}>{toggle}</span>
      </div>
      <ul className="grid gap-0.5">
        {places.map(({ to, label, icon: Icon, end, Count }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={end ?? false}
              title={collapsed ? label : undefined}
              className={({ isActive }) =>
                clsx(
                  'flex h-8 items-center gap-2.5 rounded-md text-sm font-medium transition-colors duration-120',
                  collapsed ? 'w-8 justify-center' : 'px-2',
                  isActive ? 'bg-accent-soft text-accent-fg' : 'text-fg-muted hover:bg-hover hover:text-fg',
                )
              }
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className={collapsed ? 'sr-only' : undefined}>{label}</span>
              <Suspense>{Count && <Count />}</Suspense>
            </NavLink>
          </li>
        ))}
      </ul>
      <div className="mt-auto">
        <AccountButton
          compact={collapsed}
          side={collapsed ? 'right' : 'top'}
          onSignOut={onSignOut}
          onShortcuts={onShortcuts}
        />
      </div>
    </nav>
  );
}

/** The same places on narrow screens. */
export function TabBar() {
  const places = usePlaces();
  return (
    <nav
      aria-label="Main"
      className="border-line bg-surface fixed inset-x-0 bottom-0 z-30 border-t md:hidden"
    >
      <ul className="flex overflow-x-auto">
        {places.map(({ to, label, icon: Icon, end, Count }) => (
          <li key={to} className="min-w-16 flex-1">
            <NavLink
              to={to}
              end={end ?? false}
              className={({ isActive }) =>
                clsx(
                  'flex h-14 flex-col items-center justify-center gap-0.5 text-xs font-medium -outline-offset-2!',
                  isActive ? 'text-accent-fg' : 'text-fg-muted',
                )
              }
            >
              <span className="relative">
                <Icon aria-hidden className="size-5" />
                <span className="absolute -top-1 left-4 flex">
                  <Suspense>{Count && <Count />}</Suspense>
                </span>
              </span>
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

import { clsx } from 'clsx';
import { ChevronsUpDown } from 'lucide-react';
import { lazy, Suspense, useState, type ComponentProps } from 'react';

import { useAuth } from '@/shared/api/auth-session';

const AccountMenu = lazy(() => import('./account-menu'));

interface AccountButtonProps {
  compact: boolean;
  side: 'top' | 'bottom' | 'right';
  onSignOut: () => void;
  onShortcuts: () => void;
}

/** The menu's code is fetched on the first press (or a hover before it); until then this is a plain button. */
export function AccountButton({ compact, side, onSignOut, onShortcuts }: AccountButtonProps) {
  const [wanted, setWanted] = useState(false);
  const trigger = <Trigger compact={compact} />;
  if (!wanted)
    return (
      <Trigger compact={compact} aria-haspopup="menu" aria-expanded={false} onClick={() => setWanted(true)} />
    );
  return (
    <Suspense fallback={trigger}>
      <AccountMenu trigger={trigger} side={side} onSignOut={onSignOut} onShortcuts={onShortcuts} />
    </Suspense>
  );
}

function Trigger({ compact, ...rest }: { compact: boolean } & ComponentProps<'button'>) {
  const user = useAuth((s) => s.user);
  const initials = (user?.name ?? '?')
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase();
  return (
    <button
      type="button"
      {...rest}
      aria-label={compact ? `Account of ${user?.name ?? ''}` : undefined}
      className={clsx(
        'flex items-center gap-2.5 rounded-md text-left hover:bg-hover',
        compact ? 'size-9 justify-center' : 'w-full px-2 py-1.5',
      )}
    >
      <span
        aria-hidden
        className="bg-accent-soft text-accent-fg grid size-7 shrink-0 place-items-center rounded-full text-xs font-semibold"
      >
        {initials}
      </span>
      {!compact && (
        <>
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{user?.name}</span>
            <span className="text-fg-subtle block truncate text-xs">{user?.account_name}</span>
          </span>
          <ChevronsUpDown aria-hidden className="text-fg-subtle size-4 shrink-0" />
        </>
      )}
    </button>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Bell as BellIcon } from 'lucide-react';
import { lazy, Suspense, useState, type ComponentProps } from 'react';

import { plural } from '@/shared/lib/plural';
import { IconButton } from '@/shared/ui/button';

import { unreadQuery } from '../api/queries';

const BellPanel = lazy(() => import('./bell-panel'));

/** The panel's code comes with the first press. */
export default function Bell() {
  const { data: unread = 0 } = useQuery(unreadQuery());
  const [wanted, setWanted] = useState(false);
  const trigger = (
    <Trigger unread={unread} aria-haspopup="dialog" aria-expanded={false} onClick={() => setWanted(true)} />
  );
  if (!wanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <BellPanel trigger={<Trigger unread={unread} />} />
    </Suspense>
  );
}

function Trigger({
  unread,
  ...rest
}: { unread: number } & Omit<ComponentProps<typeof IconButton>, 'label' | 'children'>) {
  return (
    <IconButton
      label={unread === 0 ? 'Notifications' : `Notifications, ${plural(unread, 'unread', 'unread')}`}
      className="relative"
      {...rest}
    >
      <BellIcon aria-hidden className="size-4" />
      {unread > 0 && (
        <span
          aria-hidden
          className="bg-accent text-on-accent absolute -top-1 -right-1 grid h-4 min-w-4 place-items-center rounded-full px-1 text-xs tabular-nums"
        >
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </IconButton>
  );
}

import { WifiOff } from 'lucide-react';

import { usePendingTotal } from '@/features/sessions/model/pending';
import { plural } from '@/shared/lib/plural';
import { useOnline } from '@/shared/lib/use-online';

export function OfflineBar() {
  const online = useOnline();
  const pending = usePendingTotal();
  return (
    <div role="status" aria-live="polite">
      {!online && (
        <p className="border-warning/40 bg-warning/10 text-warning flex items-center justify-center gap-2 border-b px-4 py-1.5 text-sm">
          <WifiOff aria-hidden className="size-4" />
          <span>
            <span className="font-medium">You are offline.</span>{' '}
            {pending > 0
              ? `${plural(pending, 'change')} kept here; sent when the network is back.`
              : 'Running sessions keep working.'}
          </span>
        </p>
      )}
    </div>
  );
}

import { clsx } from 'clsx';
import { Star } from 'lucide-react';

import { IconButton } from '@/shared/ui/button';

import { useFavourite } from '../api/mutations';

/** The reader's own mark on a flow. */
export function FavouriteButton({ flow }: { flow: { id: string; name: string; is_favourite: boolean } }) {
  const favourite = useFavourite(flow.id);
  return (
    <IconButton
      label={flow.is_favourite ? `Remove ${flow.name} from favourites` : `Add ${flow.name} to favourites`}
      aria-pressed={flow.is_favourite}
      onClick={() => favourite.mutate(!flow.is_favourite)}
      className="relative z-10"
    >
      <Star
        aria-hidden
        className={clsx('size-4', flow.is_favourite ? 'fill-warning text-warning' : 'text-fg-subtle')}
      />
    </IconButton>
  );
}

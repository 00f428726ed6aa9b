import { useQuery } from '@tanstack/react-query';
import { ImageOff } from 'lucide-react';

import type { Upload } from '../api/types';
import { pictureQuery } from '../api/uploads';

/** A picture, small; nothing of it is asked for before it is on the page. */
export function Thumbnail({ upload, small = false }: { upload: Upload; small?: boolean }) {
  const { data, isError } = useQuery(pictureQuery(upload.id));
  const size = small ? 'size-8' : 'rf-pilot-picture w-full';
  if (data === undefined) {
    return (
      <span
        className={`bg-canvas text-fg-subtle grid place-items-center rounded ${size} ${isError ? '' : 'animate-pulse'}`}
      >
        {isError && <ImageOff aria-label="The picture cannot be shown" className="size-4" />}
      </span>
    );
  }
  return (
    <img src={data} alt={small ? '' : upload.name} className={`bg-canvas rounded ${size} rf-pilot-fit`} />
  );
}

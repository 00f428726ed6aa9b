import { CircleAlert, FileText, Image, X } from 'lucide-react';

import { plural } from '@/shared/lib/plural';
import { IconButton } from '@/shared/ui/button';

import { isPicture, sizeWords } from '../model/files';
import type { Attached, Files } from '../use-files';
import { Thumbnail } from './thumbnail';

/** The files of the next message, each with where it stands. */
export default function FileChips({ files }: { files: Files }) {
  return (
    <>
      <ul aria-label="Attached files" className="flex flex-wrap gap-2">
        {files.items.map((item) => (
          <Chip key={item.key} item={item} onRemove={() => files.remove(item.key)} />
        ))}
      </ul>
      <p role="status" className="sr-only">
        {files.busy ? 'Files are on their way' : `${plural(files.ready.length, 'file')} attached`}
      </p>
    </>
  );
}

function Chip({ item, onRemove }: { item: Attached; onRemove: () => void }) {
  const { name, size, share, upload, problem } = item;
  const coming = upload === null && problem === null;
  return (
    <li
      className={`bg-raised relative flex max-w-full min-w-0 items-center gap-2 overflow-hidden rounded-lg border py-1 pr-1 pl-2 text-sm ${problem === null ? 'border-line' : 'border-danger/50'}`}
    >
      {upload !== null && isPicture(upload) ? <Thumbnail upload={upload} small /> : <Sign item={item} />}
      <span className="grid min-w-0">
        <span className="max-w-56 truncate font-medium">{name}</span>
        {problem === null ? (
          <span className="text-fg-subtle text-xs tabular-nums">
            {coming ? `${Math.round(share * 100)} % of ${sizeWords(size)}` : factsInShort(item)}
          </span>
        ) : (
          <span role="alert" className="text-danger max-w-prose text-xs">
            {problem}
          </span>
        )}
      </span>
      <IconButton label={`Remove ${name}`} onClick={onRemove}>
        <X aria-hidden className="size-4" />
      </IconButton>
      {coming && (
        <progress
          aria-label={`Sending ${name}`}
          max={1}
          value={share}
          className="rf-pilot-progress absolute inset-x-0 bottom-0"
        />
      )}
    </li>
  );
}

function Sign({ item: { problem, upload } }: { item: Attached }) {
  const Icon = problem !== null ? CircleAlert : upload !== null && isPicture(upload) ? Image : FileText;
  return (
    <Icon aria-hidden className={`size-4 shrink-0 ${problem === null ? 'text-fg-subtle' : 'text-danger'}`} />
  );
}

/** Of a log how many codes were found in it: that is what it is attached for. */
function factsInShort({ upload, size }: Attached): string {
  if (upload === null || isPicture(upload)) return sizeWords(upload?.bytes ?? size);
  const codes = upload.signatures.length;
  return `${sizeWords(upload.bytes)}, ${codes === 0 ? 'no error codes' : plural(codes, 'error code')}`;
}

import { Download, FileText, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import { IconButton } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';

import type { AiSession, Upload } from '../api/types';
import { saveFile } from '../api/uploads';
import { factsOf, isPicture } from '../model/files';
import { Thumbnail } from './thumbnail';

const DeleteFileDialog = lazy(() => import('./delete-file-dialog'));

/** The files of a conversation: pictures small, logs with the codes in them. What those mean stands below. */
export default function FilesPanel({ session }: { session: AiSession }) {
  const [removing, setRemoving] = useState<Upload | null>(null);
  const { uploads } = session;
  return (
    <Panel title="Files" aside={uploads.length}>
      <ul className="grid gap-4">
        {uploads.map((upload) => (
          <li key={upload.id}>
            <FileCard upload={upload} onRemove={session.can_work ? () => setRemoving(upload) : undefined} />
          </li>
        ))}
      </ul>
      {removing !== null && (
        <Suspense fallback={null}>
          <DeleteFileDialog sessionId={session.id} upload={removing} onClose={() => setRemoving(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function FileCard({ upload, onRemove }: { upload: Upload; onRemove: (() => void) | undefined }) {
  const save = () => saveFile(upload).catch((error: unknown) => notify('error', messageOf(error)));
  return (
    <figure className="grid gap-2 text-sm">
      {isPicture(upload) && (
        <div className="border-line overflow-hidden rounded-lg border">
          <Thumbnail upload={upload} />
        </div>
      )}
      <figcaption className="flex items-center gap-2">
        {!isPicture(upload) && <FileText aria-hidden className="text-fg-subtle size-4 shrink-0" />}
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{upload.name}</span>
          <span className="text-fg-subtle block text-xs tabular-nums">{factsOf(upload)}</span>
        </span>
        <IconButton label={`Save ${upload.name}`} onClick={() => void save()}>
          <Download aria-hidden className="size-4" />
        </IconButton>
        {onRemove && (
          <IconButton label={`Delete ${upload.name}`} onClick={onRemove}>
            <Trash2 aria-hidden className="size-4" />
          </IconButton>
        )}
      </figcaption>
      {upload.signatures.length > 0 && (
        <p className="text-fg-muted flex flex-wrap gap-x-3 font-mono text-xs">
          <span className="sr-only">Error codes in it: </span>
          {upload.signatures.map(({ kind, code, meaning }) => (
            <span key={`${kind} ${code}`} title={meaning ?? 'No meaning known.'} className="break-all">
              {code}
            </span>
          ))}
        </p>
      )}
    </figure>
  );
}

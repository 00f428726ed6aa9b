import { CircleCheck, CircleX, FileArchive } from 'lucide-react';
import { Link } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import type { ImportReport } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

import { useImportArchive } from '../api/mutations';

/** A whole library in one archive. What cannot be read stops no other file, and each says what became of it. */
export function ImportArchive({
  file,
  onBack,
  onClose,
}: {
  file: File;
  onBack: () => void;
  onClose: () => void;
}) {
  const archive = useImportArchive();
  const report = archive.data;
  return (
    <div className="grid grid-cols-1 gap-4">
      <p role="status" className="text-fg-muted text-sm tabular-nums">
        {report
          ? `${report.imported} of ${plural(report.files.length, 'flow')} imported${report.refused > 0 ? `, ${report.refused} refused` : ''}.`
          : archive.isPending
            ? 'Reading the archive'
            : 'Published flows come in published, drafts as drafts, in the folders they were in.'}
      </p>
      {report ? (
        <ul
          aria-label="Files"
          className="border-line divide-line max-h-80 divide-y overflow-y-auto rounded-lg border"
        >
          {report.files.map((entry) => (
            <Row key={entry.file} entry={entry} />
          ))}
        </ul>
      ) : (
        <p className="border-line flex items-center gap-2.5 rounded-lg border px-3 py-2.5 text-sm">
          <FileArchive aria-hidden className="text-fg-subtle size-4 shrink-0" />
          <span className="min-w-0 font-mono break-all">{file.name}</span>
        </p>
      )}
      {report?.notes.map((note) => (
        <Callout key={note} tone="warning" title={note} />
      ))}
      {archive.isError && <Callout tone="danger" title={messageOf(archive.error)} role="alert" />}
      <div className="flex justify-end gap-2">
        {report ? (
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onBack} disabled={archive.isPending}>
              Back
            </Button>
            <Button variant="primary" busy={archive.isPending} onClick={() => archive.mutate(file)}>
              Import the archive
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

function Row({ entry }: { entry: ImportReport['files'][number] }) {
  const kept = entry.tree_id != null;
  const Icon = kept ? CircleCheck : CircleX;
  return (
    <li className="flex gap-2.5 px-3 py-2 text-sm">
      <Icon aria-hidden className={`mt-px size-4 shrink-0 ${kept ? 'text-success' : 'text-danger'}`} />
      <div className="min-w-0">
        <span className="text-fg-muted block font-mono break-all">{entry.file}</span>
        {kept ? (
          <>
            Imported as{' '}
            <Link
              to={`/flows/${entry.tree_id}`}
              className="text-accent-fg font-medium underline underline-offset-2"
            >
              {entry.name}
            </Link>
          </>
        ) : (
          <p className="text-danger break-words">Refused: {entry.message}</p>
        )}
      </div>
    </li>
  );
}

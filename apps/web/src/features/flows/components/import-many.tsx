import { CircleCheck, CircleX, FileClock, Loader2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import type { TreeResponse } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

import { useImportFlow } from '../api/mutations';
import { reasonsOf, refusalOf } from '../model/import-problem';

type Result =
  | { state: 'waiting' }
  | { state: 'done'; flow: TreeResponse }
  | { state: 'refused'; error: unknown };

/** Several flow files, one after the other: one that is refused does not hold up the rest, and each says what became of it. */
export function ImportMany({
  files,
  onBack,
  onClose,
}: {
  files: File[];
  onBack: () => void;
  onClose: () => void;
}) {
  const [results, setResults] = useState<Result[]>(() => files.map(() => ({ state: 'waiting' })));
  const [running, setRunning] = useState(false);
  const importFlow = useImportFlow();
  const count = (state: Result['state']) => results.filter((result) => result.state === state).length;
  const [done, refused, waiting] = [count('done'), count('refused'), count('waiting')];
  const finished = waiting === 0;

  async function run() {
    setRunning(true);
    for (const [i, file] of files.entries()) {
      let result: Result;
      try {
        result = { state: 'done', flow: await importFlow.mutateAsync(await file.text()) };
      } catch (error) {
        result = { state: 'refused', error };
      }
      setResults((now) => now.with(i, result));
    }
    setRunning(false);
  }

  return (
    <div className="grid grid-cols-1 gap-4">
      <p role="status" className="text-fg-muted text-sm tabular-nums">
        {finished
          ? `${done} of ${plural(files.length, 'file')} imported as drafts${refused > 0 ? `, ${refused} refused` : ''}.`
          : running
            ? `${done + refused} of ${files.length} read`
            : `${plural(files.length, 'file')} to import`}
      </p>
      <ul
        aria-label="Files"
        className="border-line divide-line max-h-80 divide-y overflow-y-auto rounded-lg border"
      >
        {files.map((file, i) => (
          <li key={`${file.name}${i}`} className="flex gap-2.5 px-3 py-2 text-sm">
            <Row name={file.name} result={results[i] ?? { state: 'waiting' }} running={running} />
          </li>
        ))}
      </ul>
      {finished && refused > 0 && (
        <Callout tone="info" title="Nothing of a refused file was kept">
          Mend it and import it again; those that were imported need not be chosen again.
        </Callout>
      )}
      <div className="flex justify-end gap-2">
        {!finished && (
          <Button onClick={onBack} disabled={running}>
            Back
          </Button>
        )}
        {finished ? (
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <Button variant="primary" busy={running} onClick={() => void run()}>
            Import {plural(files.length, 'file')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Row({ name, result, running }: { name: string; result: Result; running: boolean }) {
  if (result.state === 'waiting') {
    const Icon = running ? Loader2 : FileClock;
    return (
      <>
        <Icon aria-hidden className="text-fg-subtle mt-px size-4 shrink-0" />
        <span className="text-fg-muted min-w-0 font-mono break-all">{name}</span>
      </>
    );
  }
  if (result.state === 'done') {
    return (
      <>
        <CircleCheck aria-hidden className="text-success mt-px size-4 shrink-0" />
        <span className="min-w-0">
          <span className="text-fg-muted block font-mono break-all">{name}</span>
          Imported as{' '}
          <Link
            to={`/flows/${result.flow.id}`}
            className="text-accent-fg font-medium underline underline-offset-2"
          >
            {result.flow.name}
          </Link>
        </span>
      </>
    );
  }
  return (
    <>
      <CircleX aria-hidden className="text-danger mt-px size-4 shrink-0" />
      <div className="min-w-0">
        <span className="text-fg-muted block font-mono break-all">{name}</span>
        <p className="text-danger">Refused: {refusalOf(result.error)}</p>
        {reasonsOf(result.error).map((reason) => (
          <p key={reason} className="text-fg-muted break-words">
            {reason}
          </p>
        ))}
      </div>
    </>
  );
}

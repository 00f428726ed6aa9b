import { useQuery } from '@tanstack/react-query';
import { BookOpenText, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import { formatDate } from '@/shared/lib/dates';
import { Button, IconButton } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { useDeleteDocument } from './api/mutations';
import { documentsQuery } from './api/queries';
import type { DocumentSummary } from './api/types';

const AddDialog = lazy(() => import('./components/add-document-dialog'));

/** What the account has written down for the assistant to answer from. */
export function Component() {
  const query = useQuery(documentsQuery());
  const [adding, setAdding] = useState(false);
  const [going, setGoing] = useState<DocumentSummary | null>(null);
  const add = (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden className="size-4" /> Add a document
    </Button>
  );
  return (
    <div className="mx-auto w-full max-w-3xl">
      <PageHeader
        title="Documents"
        description="Runbooks, contacts, how your clients are set up. Everybody in your account can read them; the assistant answers from them."
        actions={add}
      />
      <QueryView query={query} skeleton={<SkeletonRows rows={4} label="Loading documents" />}>
        {(documents) =>
          documents.length === 0 ? (
            <EmptyState icon={BookOpenText} title="No documents yet">
              Paste or choose a Markdown or text file. What it says can be asked for right away.
            </EmptyState>
          ) : (
            <ul aria-label="Documents" className="border-line divide-line divide-y rounded-lg border">
              {documents.map((document) => (
                <li key={document.id} className="flex items-center gap-3 px-4 py-2.5">
                  <span className="min-w-0 flex-1">
                    <Link
                      to={`/assistant/documents/${document.id}`}
                      className="font-medium break-words hover:underline"
                    >
                      {document.title}
                    </Link>
                    <span className="text-fg-subtle block text-xs">
                      {sizeOf(document.bytes)} · {document.created_by_name ?? 'Somebody who left'} ·{' '}
                      {formatDate(document.created_at)}
                    </span>
                  </span>
                  {document.can_delete && (
                    <IconButton label={`Delete ${document.title}`} onClick={() => setGoing(document)}>
                      <Trash2 aria-hidden className="size-4" />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      <Suspense fallback={null}>{adding && <AddDialog onClose={() => setAdding(false)} />}</Suspense>
      {going !== null && <DeleteDocument document={going} onClose={() => setGoing(null)} />}
    </div>
  );
}

const sizeOf = (bytes: number): string =>
  bytes < 1_024 ? `${bytes} bytes` : `${Math.round(bytes / 1_024)} KB`;

function DeleteDocument({ document, onClose }: { document: DocumentSummary; onClose: () => void }) {
  const remove = useDeleteDocument();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this document?"
      description={`Nothing is answered from “${document.title}” any more. Chats keep the passages they cite.`}
    >
      {remove.isError && (
        <p role="alert" className="text-danger mb-3 text-sm">
          {messageOf(remove.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          variant="danger"
          busy={remove.isPending}
          onClick={() => remove.mutate(document.id, { onSuccess: onClose })}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}

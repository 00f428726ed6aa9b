import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { formatDate } from '@/shared/lib/dates';
import { Markdown } from '@/shared/ui/markdown';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { documentQuery } from './api/queries';

/** One document, as it was brought. */
export function Component() {
  const { documentId = '' } = useParams();
  const query = useQuery(documentQuery(documentId));
  return (
    <div className="mx-auto w-full max-w-3xl">
      <QueryView page query={query} skeleton={<SkeletonRows rows={6} label="Loading the document" />}>
        {(document) => (
          <>
            <PageHeader
              title={document.title}
              eyebrow={<Link to="/assistant/documents">Documents</Link>}
              description={`Brought ${formatDate(document.created_at)}`}
            />
            <Markdown text={document.text} className="max-w-prose" />
          </>
        )}
      </QueryView>
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Download, FileUp, Search, SearchX, Star } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { TreePage } from '@/shared/api/types';
import { FLOW_TYPE_LABEL } from '@/shared/lib/flow-structure';
import { plural } from '@/shared/lib/plural';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { useUrlState } from '@/shared/lib/use-url-state';
import { useUrlText } from '@/shared/lib/use-url-text';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Pager } from '@/shared/ui/pager';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { exportLibrary } from './api/mutations';
import { facetsQuery, flowsQuery, type FlowFilters, type FlowSort } from './api/queries';
import { FlowList } from './components/flow-row';

const ImportDialog = lazy(() => import('./components/import-dialog'));
const FolderTree = lazy(() => import('./components/folder-tree'));
const PAGE_SIZE = 25;

const NARROWING = ['q', 'type', 'category', 'tag', 'status', 'favourites', 'folder'];

/** What the address says. What is searched for comes best match first, unless another order is asked for. */
function filtersOf(get: (key: string) => string): FlowFilters {
  const sort = (get('sort') || (get('q').trim() === '' ? 'used' : 'relevance')) as FlowSort;
  return {
    search: get('q'),
    tree_type: get('type'),
    category: get('category'),
    tag: get('tag'),
    status: get('status'),
    folder_id: get('folder'),
    ...(get('favourites') === 'yes' && { favourite: true }),
    sort,
  };
}

export function Component() {
  const url = useUrlState();
  const [importing, setImporting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const { container, onKeyDown, focusFirst } = useRowKeys<HTMLDivElement>();
  const page = Math.max(1, Number(url.get('page')) || 1);
  const { set } = url;

  const filters = filtersOf(url.get);
  const query = useQuery(flowsQuery({ ...filters, skip: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }));

  const canAuthor = useAuth((s) => s.user?.role !== 'viewer');
  const [exporting, setExporting] = useState(false);
  const doExport = () => {
    setExporting(true);
    void exportLibrary()
      .catch((error: unknown) => notify('error', messageOf(error)))
      .finally(() => setExporting(false));
  };
  useActions([
    {
      id: 'flows.search',
      name: 'Search flows',
      section: 'This page',
      keys: ['/'],
      icon: Search,
      perform: () => search.current?.focus(),
    },
    {
      id: 'flows.import',
      name: 'Import a flow file',
      section: 'This page',
      icon: FileUp,
      perform: () => setImporting(true),
    },
    {
      id: 'flows.export',
      name: 'Export the whole library',
      section: 'This page',
      icon: Download,
      enabled: canAuthor,
      perform: doExport,
    },
  ]);

  return (
    <>
      <PageHeader
        title="Flows"
        description="Proven ways through common problems, procedures and maintenance rounds."
        actions={
          <>
            {canAuthor && (
              <Button onClick={doExport} busy={exporting}>
                <Download aria-hidden className="size-4" /> Export all
              </Button>
            )}
            <Button onClick={() => setImporting(true)}>
              <FileUp aria-hidden className="size-4" /> Import
            </Button>
          </>
        }
      />
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <Suspense fallback={<SkeletonRows rows={4} label="Loading folders" />}>
          <FolderTree current={url.get('folder')} onPick={(folder) => set({ folder })} />
        </Suspense>
        <div className="min-w-0">
          <Filters search={search} filters={filters} onDown={focusFirst} />
          <div ref={container} onKeyDown={onKeyDown} role="presentation">
            <QueryView query={query} skeleton={<SkeletonRows rows={8} label="Loading flows" />}>
              {(data) => (
                <Results
                  data={data}
                  page={page}
                  onPage={(next) => set({ page: next > 1 ? String(next) : null })}
                  onClear={() => set(Object.fromEntries(NARROWING.map((key) => [key, null])))}
                  favourites={url.get('favourites') === 'yes'}
                  folder={url.get('folder') !== ''}
                  filtered={NARROWING.some((key) => url.get(key) !== '')}
                  onImport={() => setImporting(true)}
                />
              )}
            </QueryView>
          </div>
        </div>
      </div>
      {importing && (
        <Suspense fallback={null}>
          <ImportDialog onClose={() => setImporting(false)} />
        </Suspense>
      )}
    </>
  );
}

interface FiltersProps {
  search: React.RefObject<HTMLInputElement | null>;
  filters: FlowFilters;
  onDown: () => void;
}

function Filters({ search, filters, onDown }: FiltersProps) {
  const [text, setText] = useUrlText('q');
  const url = useUrlState();
  const facets = useQuery(facetsQuery(filters)).data;
  const favourites = url.get('favourites') === 'yes';
  const select = (key: string) => ({
    value: url.get(key),
    onChange: (event: React.ChangeEvent<HTMLSelectElement>) => url.set({ [key]: event.target.value }),
  });
  return (
    <search className="mb-4 grid grid-cols-2 gap-2 sm:grid-cols-4 2xl:grid-cols-[minmax(0,1fr)_auto_repeat(4,9rem)]">
      <div className="relative max-sm:col-span-full sm:max-2xl:col-span-3">
        <Search aria-hidden className="text-fg-subtle absolute top-2.5 left-2.5 z-10 size-4" />
        <TextField
          ref={search}
          label="Search flows"
          hideLabel
          type="search"
          placeholder="Search by symptom, system or step"
          className="pl-8"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            event.stopPropagation();
            onDown();
          }}
        />
      </div>
      <Button
        size="lg"
        className="max-sm:col-span-full"
        aria-pressed={favourites}
        variant={favourites ? 'selected' : 'secondary'}
        onClick={() => url.set({ favourites: favourites ? null : 'yes' })}
      >
        <Star aria-hidden className={favourites ? 'size-4 fill-current' : 'size-4'} /> Favourites
      </Button>
      <SelectField label="Type" hideLabel {...select('type')}>
        <option value="">All types</option>
        {(facets?.types ?? []).map(({ name, count }) => (
          <option key={name} value={name}>
            {FLOW_TYPE_LABEL[name as keyof typeof FLOW_TYPE_LABEL] ?? name} ({count})
          </option>
        ))}
      </SelectField>
      <SelectField label="Category" hideLabel {...select('category')}>
        <option value="">All categories</option>
        {(facets?.categories ?? []).map(({ name, count }) => (
          <option key={name} value={name}>
            {name} ({count})
          </option>
        ))}
      </SelectField>
      <SelectField label="Tag" hideLabel {...select('tag')}>
        <option value="">All tags</option>
        {(facets?.tags ?? []).map(({ name, count }) => (
          <option key={name} value={name}>
            {name} ({count})
          </option>
        ))}
      </SelectField>
      <SelectField label="Sort by" hideLabel {...select('sort')}>
        {filters.search?.trim() === '' ? (
          <option value="">Most used</option>
        ) : (
          <>
            <option value="">Best match</option>
            <option value="used">Most used</option>
          </>
        )}
        <option value="success">Most often resolved</option>
        <option value="recent">Recently changed</option>
        <option value="name">Name</option>
      </SelectField>
    </search>
  );
}

interface ResultsProps {
  data: TreePage;
  page: number;
  filtered: boolean;
  favourites: boolean;
  folder: boolean;
  onPage: (page: number) => void;
  onClear: () => void;
  onImport: () => void;
}

function Results({ data, page, filtered, favourites, folder, onPage, onClear, onImport }: ResultsProps) {
  if (data.total === 0) {
    return filtered ? (
      <EmptyState
        icon={SearchX}
        title="No flow matches"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        {favourites
          ? 'Mark a flow with its star to find it here.'
          : folder
            ? 'Put flows into this folder with the folder button in their row, or clear the filters.'
            : 'Try fewer words or another category.'}
      </EmptyState>
    ) : (
      <EmptyState
        icon={FileUp}
        title="No flows yet"
        action={<Button onClick={onImport}>Import a flow file</Button>}
      >
        A flow is a proven way through a problem. Bring one in as a .flow.yaml file.
      </EmptyState>
    );
  }
  const from = (page - 1) * PAGE_SIZE + 1;
  const to = Math.min(data.total, page * PAGE_SIZE);
  return (
    <>
      <div className="border-line bg-surface overflow-hidden rounded-lg border">
        <FlowList flows={data.items} label="Flows" />
      </div>
      <Pager
        page={page}
        hasNext={to < data.total}
        summary={
          data.total > PAGE_SIZE
            ? `${from}–${to} of ${plural(data.total, 'flow')}`
            : plural(data.total, 'flow')
        }
        onPage={onPage}
      />
    </>
  );
}

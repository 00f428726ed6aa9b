import { useQuery } from '@tanstack/react-query';
import {
  Archive,
  ArchiveRestore,
  Download,
  GitCompare,
  GitFork,
  Pencil,
  Play,
  Send,
  UserPlus,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link, useParams } from 'react-router';

import {
  exportFlow,
  useAcknowledgeUpstream,
  usePublishFlow,
  useUpdateFlow,
} from '@/features/flows/api/mutations';
import { flowQuery } from '@/features/flows/api/queries';
import { FavouriteButton } from '@/features/flows/components/favourite-button';
import { FlowView } from '@/features/flows/components/flow-view';
import { FolderButton } from '@/features/flows/components/folder-button';
import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { IntakeField, TreeResponse } from '@/shared/api/types';
import { formatAgo, formatDuration } from '@/shared/lib/dates';
import { isGraph, stepsOf } from '@/shared/lib/flow-structure';
import { plural } from '@/shared/lib/plural';
import { plainText } from '@/shared/lib/variables';
import { Badge } from '@/shared/ui/badge';
import { Button, IconButton } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { FlowTypeLabel } from '@/shared/ui/flow-type-badge';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';
import { notify } from '@/shared/ui/toast';

// The ways to run it come beside the page: their fields are a good part of its code.
const StartForm = lazy(() =>
  import('@/features/sessions/components/start-form').then(({ StartForm: Component }) => ({
    default: Component,
  })),
);
const PrepareForm = lazy(() =>
  import('@/features/sessions/components/prepare-form').then(({ PrepareForm: Component }) => ({
    default: Component,
  })),
);
const BatchForm = lazy(() =>
  import('@/features/sessions/components/batch-form').then(({ BatchForm: Component }) => ({
    default: Component,
  })),
);
const ForkDialog = lazy(() => import('@/features/flows/components/fork-dialog'));
const EditDetailsDialog = lazy(() => import('@/features/flows/components/edit-details-dialog'));
const CompareDialog = lazy(() => import('@/features/flows/components/compare-dialog'));
// These stand at the end, and what they list is asked for anyhow.
const LintFindings = lazy(() => import('@/features/flows/components/lint-findings'));
const VersionList = lazy(() => import('@/features/flows/components/version-list'));
const ArchiveDialog = lazy(() => import('@/features/flows/components/archive-dialog'));

const NO_FIELDS: IntakeField[] = [];

export function Component() {
  const { flowId = '' } = useParams();
  const query = useQuery(flowQuery(flowId));
  return (
    <QueryView page query={query} skeleton={<FlowSkeleton />}>
      {(flow) => <FlowDetail key={flow.id} flow={flow} />}
    </QueryView>
  );
}

function FlowDetail({ flow }: { flow: TreeResponse }) {
  const canRun = useAuth((s) => s.user?.role !== 'viewer');
  const [dialog, setDialog] = useState<'fork' | 'details' | 'archive' | 'compare' | null>(null);
  const close = () => setDialog(null);
  const publish = usePublishFlow(flow.id);
  const restore = useUpdateFlow(flow.id);

  const doRestore = () =>
    restore.mutate(
      { revision: flow.revision, change: { is_active: true } },
      {
        onSuccess: () => notify('success', 'The flow is back in the library.'),
        onError: (error) => notify('error', messageOf(error)),
      },
    );
  const acknowledge = useAcknowledgeUpstream(flow.id);
  const doAcknowledge = () =>
    acknowledge.mutate(undefined, { onError: (error) => notify('error', messageOf(error)) });
  const doExport = () =>
    void exportFlow(flow.id, flow.name).catch((error: unknown) => notify('error', messageOf(error)));
  const doPublish = () =>
    publish.mutate(
      {},
      {
        onSuccess: (next) => notify('success', `Version ${next.version} is published.`),
        onError: (error) => notify('error', messageOf(error)),
      },
    );

  useActions([
    {
      id: 'flow.fork',
      name: 'Fork this flow',
      section: 'This page',
      icon: GitFork,
      enabled: canRun,
      perform: () => setDialog('fork'),
    },
    {
      id: 'flow.details',
      name: 'Edit the details of this flow',
      section: 'This page',
      icon: Pencil,
      enabled: flow.can_edit,
      perform: () => setDialog('details'),
    },
    {
      id: 'flow.archive',
      name: 'Archive this flow',
      section: 'This page',
      icon: Archive,
      enabled: flow.can_edit && flow.is_active,
      perform: () => setDialog('archive'),
    },
    {
      id: 'flow.export',
      name: 'Export this flow as YAML',
      section: 'This page',
      icon: Download,
      perform: doExport,
    },
  ]);

  const fields = flow.intake_form?.fields ?? NO_FIELDS;
  const steps = isGraph(flow.tree_structure)
    ? flow.tree_structure.nodes
    : stepsOf(flow.tree_structure.sections);
  const titleOf = (id: string) => {
    const title = steps.find((step) => step.id === id)?.title;
    return title === undefined ? null : plainText(title, {}, fields);
  };
  return (
    <>
      <PageHeader
        title={flow.name}
        eyebrow={
          <>
            <FlowTypeLabel type={flow.tree_type} />
            {flow.category && <span>· {flow.category}</span>}
            {flow.status === 'draft' && <Badge tone="warning">Draft</Badge>}
            {!flow.is_active && <Badge>Archived</Badge>}
            <FolderButton flow={flow} />
            <FavouriteButton flow={flow} />
          </>
        }
        description={flow.description ?? undefined}
        actions={
          <>
            {flow.can_edit && flow.status === 'draft' && (
              <Button onClick={doPublish} busy={publish.isPending}>
                <Send aria-hidden className="size-4" /> Publish
              </Button>
            )}
            {canRun && (
              <Button onClick={() => setDialog('fork')}>
                <GitFork aria-hidden className="size-4" /> Fork
              </Button>
            )}
            <Button onClick={doExport}>
              <Download aria-hidden className="size-4" /> Export YAML
            </Button>
            {flow.can_edit && (
              <>
                <IconButton label="Edit the details" variant="secondary" onClick={() => setDialog('details')}>
                  <Pencil aria-hidden className="size-4" />
                </IconButton>
                {flow.is_active ? (
                  <IconButton label="Archive" variant="secondary" onClick={() => setDialog('archive')}>
                    <Archive aria-hidden className="size-4" />
                  </IconButton>
                ) : (
                  <Button onClick={doRestore} busy={restore.isPending}>
                    <ArchiveRestore aria-hidden className="size-4" /> Bring back
                  </Button>
                )}
              </>
            )}
          </>
        }
      />
      {flow.upstream_changed && (
        <Callout
          tone="info"
          title="The original of this fork has changed"
          className="mb-5"
          action={
            <div className="flex gap-2">
              {flow.can_edit && (
                <Button variant="ghost" busy={acknowledge.isPending} onClick={doAcknowledge}>
                  Got it
                </Button>
              )}
              <Button onClick={() => setDialog('compare')}>
                <GitCompare aria-hidden className="size-4" /> Compare
              </Button>
            </div>
          }
        >
          See what differs, and take over what helps you from{' '}
          <Link
            to={`/flows/${flow.parent_tree_id}`}
            className="text-accent-fg font-medium underline underline-offset-2"
          >
            the original
          </Link>
          .
        </Callout>
      )}
      <Suspense fallback={null}>
        {dialog === 'fork' && <ForkDialog flow={flow} onClose={close} />}
        {dialog === 'details' && <EditDetailsDialog flow={flow} onClose={close} />}
        {dialog === 'archive' && <ArchiveDialog flow={flow} onClose={close} />}
        {dialog === 'compare' && <CompareDialog flow={flow} from="now" to="original" onClose={close} />}
      </Suspense>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <FlowView structure={flow.tree_structure} fields={fields} />
        </div>
        <div className="order-first grid grid-cols-1 gap-4 md:grid-cols-2 md:max-xl:*:odd:last:col-span-2 xl:order-none xl:grid-cols-1">
          {canRun && flow.is_active && <RunPanel flow={flow} />}
          <Panel title="About">
            <dl className="[&_dt]:text-fg-subtle grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm [&_dd]:text-right">
              <dt>Steps</dt>
              <dd className="tabular-nums">{flow.step_count}</dd>
              {flow.expected_minutes != null && (
                <>
                  <dt>Usual time</dt>
                  <dd className="tabular-nums">
                    {/* Of a graph it is the mean over its ways; of a checklist the sum of its steps. */}
                    {isGraph(flow.tree_structure) && 'about '}
                    {formatDuration(flow.expected_minutes * 60)}
                  </dd>
                </>
              )}
              <dt>Used</dt>
              <dd className="tabular-nums">{plural(flow.usage_count, 'time')}</dd>
              {flow.success_rate != null && (
                <>
                  <dt>Resolved</dt>
                  <dd className="tabular-nums">
                    {Math.round(flow.success_rate * 100)} % of {flow.completed_count}
                  </dd>
                </>
              )}
              <dt>Changed</dt>
              <dd>{formatAgo(flow.updated_at)}</dd>
              {flow.fork_reason && (
                <>
                  <dt>Forked</dt>
                  <dd>{flow.fork_reason}</dd>
                </>
              )}
            </dl>
            {flow.tags.length > 0 && (
              <ul aria-label="Tags" className="border-line mt-3 flex flex-wrap gap-1 border-t pt-3">
                {flow.tags.map((tag) => (
                  <li key={tag}>
                    <Badge>{tag}</Badge>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          <Suspense fallback={<Skeleton className="h-48" />}>
            {flow.can_edit && <LintFindings flowId={flow.id} titleOf={titleOf} />}
            <VersionList flow={flow} />
          </Suspense>
        </div>
      </div>
    </>
  );
}

type Mode = 'start' | 'prepare' | 'batch';

function RunPanel({ flow }: { flow: TreeResponse }) {
  const maintenance = flow.tree_type === 'maintenance';
  const [mode, setMode] = useState<Mode>(maintenance && flow.status === 'published' ? 'batch' : 'start');
  const targets = isGraph(flow.tree_structure) ? [] : (flow.tree_structure.targets ?? []);
  const [asked, setAsked] = useState(0);
  useActions([
    {
      id: 'flow.start',
      name: 'Start a session of this flow',
      section: 'This page',
      keys: ['s'],
      icon: Play,
      perform: () => {
        setMode('start');
        setAsked((times) => times + 1);
      },
    },
    {
      id: 'flow.prepare',
      name: 'Prepare this flow for someone',
      section: 'This page',
      icon: UserPlus,
      perform: () => setMode('prepare'),
    },
  ]);
  const tabs: { value: Mode; label: string }[] = [
    ...(maintenance ? [{ value: 'batch' as const, label: 'Round' }] : []),
    { value: 'start', label: 'Start' },
    { value: 'prepare', label: 'Prepare' },
  ];
  return (
    <section aria-label="Run this flow" className="border-line bg-surface rounded-lg border px-4 pt-1.5 pb-4">
      <Tabs label="How to run it" value={mode} onChange={setMode} tabs={tabs}>
        <Suspense fallback={<Skeleton className="h-48" />}>
          {mode === 'start' && <StartForm flowId={flow.id} asked={asked} />}
          {mode === 'prepare' && (
            <PrepareForm
              flowId={flow.id}
              fields={flow.intake_form?.fields ?? NO_FIELDS}
              onDone={() => setMode(maintenance ? 'batch' : 'start')}
            />
          )}
          {mode === 'batch' && (
            <BatchForm flowId={flow.id} fields={flow.intake_form?.fields ?? NO_FIELDS} defaults={targets} />
          )}
        </Suspense>
      </Tabs>
    </section>
  );
}

function FlowSkeleton() {
  return (
    <div role="status" aria-label="Loading the flow">
      <Skeleton className="mb-2 h-7 w-80" />
      <Skeleton className="mb-8 h-4 w-96 max-w-full" />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-96" />
        <Skeleton className="h-64" />
      </div>
    </div>
  );
}

import type { UseQueryResult } from '@tanstack/react-query';
import { CircleAlert, CreditCard, Lock, SearchX, WifiOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

import { ApiError, messageOf, NetworkError } from '@/shared/api/problem';

import { Button, ButtonLink } from './button';
import { EmptyState } from './empty-state';
import { PageHeader } from './page-header';

interface QueryViewProps<T> {
  /** Of a query, or of one that is read page by page. */
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'fetchStatus' | 'isFetching' | 'isPending'> & {
    refetch: () => unknown;
  };
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
  /** The view is the page: what is shown instead of the content brings the heading the content would have brought. */
  page?: boolean;
}

/** The states every view shares: loading, offline, refused, missing, broken; and then the content. */
export function QueryView<T>({ query, skeleton, children, page = false }: QueryViewProps<T>) {
  if (query.data !== undefined) return children(query.data);
  const offline = query.fetchStatus === 'paused' || query.error instanceof NetworkError;
  if (query.isPending && !offline) return skeleton;
  const { icon, heading, title, text, retry } = offline ? OFFLINE : lookOf(query.error);
  return (
    <>
      {page && <PageHeader title={heading} />}
      <EmptyState
        icon={icon}
        title={title}
        action={
          retry ? (
            <Button onClick={() => void query.refetch()} busy={query.isFetching}>
              Try again
            </Button>
          ) : (
            page && <ButtonLink to="/">Go to the dashboard</ButtonLink>
          )
        }
      >
        {text}
      </EmptyState>
    </>
  );
}

interface Look {
  icon: LucideIcon;
  /** Of the page, where the view is one. */
  heading: string;
  title: string;
  text: ReactNode;
  retry: boolean;
}

const OFFLINE: Look = {
  icon: WifiOff,
  heading: 'No connection',
  title: 'The server cannot be reached',
  text: 'This will load by itself when the connection is back.',
  retry: true,
};

function lookOf(error: unknown): Look {
  if (error instanceof ApiError && error.status === 402) {
    return {
      icon: CreditCard,
      heading: 'Closed until the plan is settled',
      title: 'The plan of your account does not cover this',
      text: messageOf(error),
      retry: true,
    };
  }
  if (error instanceof ApiError && error.status === 403) {
    return {
      icon: Lock,
      heading: 'No access',
      title: 'You cannot open this',
      text: `${messageOf(error)}. Ask a team admin if you need it.`.replace('..', '.'),
      retry: false,
    };
  }
  if (error instanceof ApiError && error.status === 404) {
    return {
      icon: SearchX,
      heading: 'Not found',
      title: 'Nothing here',
      text: 'It may have been removed, or the address is not right.',
      retry: false,
    };
  }
  return {
    icon: CircleAlert,
    heading: 'Something went wrong',
    title: 'This did not load',
    text: (
      <>
        {messageOf(error)}
        {error instanceof ApiError && error.requestId && (
          <span className="text-fg-subtle mt-1 block font-mono text-xs">Request {error.requestId}</span>
        )}
      </>
    ),
    retry: true,
  };
}

import { CircleAlert } from 'lucide-react';
import { useRouteError } from 'react-router';

import { messageOf, NetworkError } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';

function ErrorView({ error }: { error: unknown }) {
  const offline = error instanceof NetworkError;
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">{offline ? 'No connection' : 'Something went wrong'}</h1>
      <EmptyState
        icon={CircleAlert}
        title={messageOf(error)}
        action={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
      >
        {offline
          ? 'Check the network; your saved work is safe.'
          : 'What you entered in a session is kept and will be sent.'}
      </EmptyState>
    </>
  );
}

/** A page broke; the shell around it still works. */
export function PageError() {
  return <ErrorView error={useRouteError()} />;
}

/** Nothing works, not even the shell. */
export function RootError() {
  return (
    <main className="mx-auto max-w-xl px-4 py-24">
      <ErrorView error={useRouteError()} />
    </main>
  );
}

import { Fragment } from 'react';

import type { Handoff } from '@/shared/api/types';

import { domainName, tierOf } from '../model/words';

/** What it is about, in one line: ticket, client, domain, and how sure the copilot was. */
export function Facts({ handoff }: { handoff: Handoff }) {
  const { psa_ticket_id: ticket, client_name: client, problem_domain: domain } = handoff.snapshot;
  const parts = [
    ticket && <span className="text-fg font-mono">#{ticket}</span>,
    client,
    domain && domainName(domain),
    tierOf(handoff),
  ].filter((part) => part !== null && part !== '');
  return (
    <p className="text-fg-muted flex flex-wrap items-center gap-x-2 text-sm">
      {parts.map((part, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- their places do not change
        <Fragment key={at}>
          {at > 0 && (
            <span aria-hidden className="text-fg-subtle">
              ·
            </span>
          )}
          <span>{part}</span>
        </Fragment>
      ))}
    </p>
  );
}

import type { Handoff } from '@/shared/api/types';

import { domainName, tierOf } from '../model/words';

/** What it is about, in one line: ticket, client, domain, and how sure the copilot was. */
export function Facts({ handoff }: { handoff: Handoff }) {
  const { psa_ticket_id: ticket, client_name: client, problem_domain: domain } = handoff.snapshot;
  return (
    <p className="text-fg-muted flex flex-wrap items-center gap-x-3 text-sm">
      {ticket && <span className="text-fg font-mono">#{ticket}</span>}
      {client && <span>{client}</span>}
      {domain && <span>{domainName(domain)}</span>}
      <span>{tierOf(handoff)}</span>
    </p>
  );
}

import { Link } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import type { SiteUser } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';

import { ROLES } from '../model/words';
import { DataTable } from './data-table';
import { SwitchPerson } from './switch-person';

export function PeopleTable({ people, ofAll = false }: { people: SiteUser[]; ofAll?: boolean }) {
  const self = useAuth((s) => s.user?.id);
  return (
    <DataTable
      caption="People"
      rows={people}
      columns={[
        {
          name: 'Person',
          cell: ({ name, email }) => (
            <>
              <span className="font-medium">{name}</span>
              <span className="text-fg-muted block break-all">{email}</span>
            </>
          ),
        },
        {
          name: 'Role',
          cell: (person) => (
            <span className="flex flex-wrap items-center gap-1.5">
              {ROLES[person.role] ?? person.role}
              {person.is_super_admin && <Badge tone="accent">Site admin</Badge>}
              {!person.is_active && <Badge tone="danger">Switched off</Badge>}
              {!person.email_verified_at && <Badge tone="warning">Address not proven</Badge>}
            </span>
          ),
        },
        ...(ofAll
          ? [
              {
                name: 'Account',
                cell: ({ account_id }: SiteUser) => (
                  <Link to={`/admin/accounts/${account_id}`} className="text-accent-fg hover:underline">
                    Open
                  </Link>
                ),
              },
            ]
          : []),
        {
          name: 'Last sign-in',
          cell: ({ last_login_at: at }) =>
            at ? (
              <time dateTime={at} title={formatDateTime(at)}>
                {formatAgo(at)}
              </time>
            ) : (
              <span className="text-fg-subtle">never</span>
            ),
        },
        {
          name: 'Actions',
          hideName: true,
          right: true,
          cell: (person) =>
            person.id === self ? (
              <span className="text-fg-subtle text-xs">You</span>
            ) : (
              <SwitchPerson person={person} />
            ),
        },
      ]}
    />
  );
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { formatDate } from '@/shared/lib/dates';
import { useUrlState } from '@/shared/lib/use-url-state';
import { PageHeader } from '@/shared/ui/page-header';

import { accountsQuery } from './api/admin';
import { DataTable } from './components/data-table';
import { PlanBadge } from './components/plan-badge';
import { SearchList } from './components/search-list';

export function Component() {
  const query = useInfiniteQuery(accountsQuery(useUrlState().get('search')));
  return (
    <>
      <PageHeader
        title="Accounts"
        description="Everybody who works here, newest first. Open one to see its people and set its plan."
      />
      <SearchList label="Name or id of an account" query={query} one="account" many="accounts">
        {(rows) => (
          <DataTable
            caption="Accounts"
            rows={rows}
            columns={[
              {
                name: 'Account',
                cell: ({ id, name }) => (
                  <Link to={`/admin/accounts/${id}`} className="text-accent-fg font-medium hover:underline">
                    {name}
                  </Link>
                ),
              },
              { name: 'Plan', cell: ({ subscription }) => <PlanBadge subscription={subscription} /> },
              { name: 'People', right: true, cell: (row) => row.member_count.toLocaleString() },
              { name: 'Flows', right: true, cell: (row) => row.tree_count.toLocaleString() },
              { name: 'Since', right: true, cell: (row) => formatDate(row.created_at) },
            ]}
          />
        )}
      </SearchList>
    </>
  );
}

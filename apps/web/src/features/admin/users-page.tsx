import { useInfiniteQuery } from '@tanstack/react-query';

import { useUrlState } from '@/shared/lib/use-url-state';
import { PageHeader } from '@/shared/ui/page-header';

import { usersQuery } from './api/admin';
import { PeopleTable } from './components/people-table';
import { SearchList } from './components/search-list';

export function Component() {
  const query = useInfiniteQuery(usersQuery(useUrlState().get('search')));
  return (
    <>
      <PageHeader
        title="People"
        description="Everybody of every account, newest first. Whoever is switched off is signed out at once."
      />
      <SearchList label="Name, e-mail or id" query={query} one="person" many="people">
        {(rows) => <PeopleTable people={rows} ofAll />}
      </SearchList>
    </>
  );
}

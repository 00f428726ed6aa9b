/** What is kept of the PSA in the query cache. Apart, so that whoever only invalidates it loads nothing else. */
export const psaKeys = {
  all: ['psa'] as const,
  connection: ['psa', 'connection'] as const,
  members: ['psa', 'members'] as const,
  tickets: ['psa', 'tickets'] as const,
  ticket: (id: string) => ['psa', 'ticket', id] as const,
  pushes: ['psa', 'pushes'] as const,
};

import type { Role } from '@/shared/api/types';

/** Lowest first, as the server orders them. */
export const ROLES: { value: Role; label: string; may: string }[] = [
  { value: 'viewer', label: 'Viewer', may: 'Reads flows, changes nothing.' },
  { value: 'engineer', label: 'Engineer', may: 'Works tickets and writes flows.' },
  {
    value: 'team_admin',
    label: 'Team admin',
    may: 'Also manages people, teams, redaction and everybody’s flows.',
  },
  {
    value: 'owner',
    label: 'Owner',
    may: 'Also owns the account: its name, billing, session security and the audit log.',
  },
];

export const roleLabel = (role: Role) => ROLES.find(({ value }) => value === role)?.label ?? role;

const rank = (role: Role) => ROLES.findIndex(({ value }) => value === role);

/** The roles somebody may give: none above their own. */
export function rolesToGive(user: { role: Role; is_super_admin: boolean } | null) {
  if (user === null) return [];
  return user.is_super_admin ? ROLES : ROLES.filter(({ value }) => rank(value) <= rank(user.role));
}

/** Making or unmaking an owner is asked about first, and may need the password. */
export const isAboutOwnership = (from: Role, to: Role) => from !== to && (from === 'owner' || to === 'owner');

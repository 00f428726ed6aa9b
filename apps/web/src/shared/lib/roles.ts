export type Role = 'viewer' | 'engineer' | 'team_admin' | 'owner';

/** From the least to the most. */
export const ROLES: readonly Role[] = ['viewer', 'engineer', 'team_admin', 'owner'];

const NAMES: Record<Role, string> = {
  viewer: 'viewer',
  engineer: 'engineer',
  team_admin: 'team admin',
  owner: 'owner',
};

/** The role as it stands in a sentence. */
export const roleName = (role: Role): string => NAMES[role];

/** The roles somebody may give: none above their own. */
export const rolesUpTo = (role: Role): Role[] => ROLES.slice(0, ROLES.indexOf(role) + 1);

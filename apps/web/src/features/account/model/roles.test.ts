import { expect, test } from 'vitest';

import { isAboutOwnership, roleLabel, rolesToGive } from './roles';

const given = (role: 'viewer' | 'engineer' | 'team_admin' | 'owner', is_super_admin = false) =>
  rolesToGive({ role, is_super_admin }).map(({ value }) => value);

test('nobody gives a role above their own', () => {
  expect(given('team_admin')).toEqual(['viewer', 'engineer', 'team_admin']);
  expect(given('owner')).toEqual(['viewer', 'engineer', 'team_admin', 'owner']);
  expect(given('viewer', true)).toHaveLength(4);
  expect(rolesToGive(null)).toEqual([]);
});

test('whoever becomes or stops being an owner is asked about', () => {
  expect(isAboutOwnership('engineer', 'owner')).toBe(true);
  expect(isAboutOwnership('owner', 'team_admin')).toBe(true);
  expect(isAboutOwnership('owner', 'owner')).toBe(false);
  expect(isAboutOwnership('engineer', 'viewer')).toBe(false);
});

test('roles have names for people', () => {
  expect(roleLabel('team_admin')).toBe('Team admin');
});

import { describe, expect, it } from 'vitest';

import { makeSession } from '@/testing/factories';

import {
  filledIn,
  interpolate,
  labelOf,
  parseValue,
  plainText,
  splitVariables,
  variablesIn,
} from './variables';

const fields = [
  { name: 'mailbox', label: 'Mailbox address', type: 'text' as const },
  { name: 'pass', label: 'Password', type: 'text' as const, secret: true },
];

describe('variables', () => {
  it('splits text and leaves what only looks like a variable', () => {
    expect(splitVariables('a {{mailbox}} b {{ x1 }} {{Not}} {{}}').map((part) => part.kind)).toEqual([
      'text',
      'variable',
      'text',
      'variable',
      'text',
    ]);
  });
  it('fills in values and keeps open ones as written', () => {
    expect(interpolate('{{mailbox}}/{{other}}/{{n}}/{{ok}}', { mailbox: 'a@b', n: 0, ok: false })).toBe(
      'a@b/{{other}}/0/no',
    );
  });
  it('never treats a value as a template or as a pattern', () => {
    expect(interpolate('{{a}}', { a: '{{b}} $& $1', b: 'no' })).toBe('{{b}} $& $1');
  });
  it('hides secrets and names gaps in plain text', () => {
    expect(plainText('{{mailbox}} {{pass}} {{pass}}', { pass: 'secret' }, fields)).toBe(
      '[Mailbox address] •••••• ••••••',
    );
  });
  it('lists each name once', () => {
    expect(variablesIn(['{{a}} {{b}}', null, '{{a}}'])).toEqual(['a', 'b']);
  });
  it('makes a label from a name without a field', () => {
    expect(labelOf('target_host', fields)).toBe('Target host');
  });
  it('reads numbers, and an empty field as nothing', () => {
    expect(parseValue('4.5', { name: 'n', label: 'N', type: 'number' })).toBe(4.5);
    expect(parseValue('', undefined)).toBeNull();
  });
  it('lists what is filled in as the flow asks for it, and no secret', () => {
    const session = makeSession({
      session_variables: { extra_host: 'DC-01', temp_password: 'Winter2026!', mailbox: 'mia', empty: '' },
    });
    expect(filledIn(session)).toEqual([
      { name: 'mailbox', label: 'Mailbox address', text: 'mia' },
      { name: 'temp_password', label: 'Temporary password', text: '••••••' },
      { name: 'extra_host', label: 'Extra host', text: 'DC-01' },
    ]);
  });
});

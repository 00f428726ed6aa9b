import { describe, expect, it } from 'vitest';

import type { IntakeField, Member } from '@/shared/api/types';

import { parseGrid } from './target-grid';

const fields = [{ name: 'server_ip', label: 'Address', type: 'text' }] as IntakeField[];
const members = [{ id: 'm1', name: 'Cora Lind', email: 'cora@north.example' }] as Member[];
const grid = (text: string) => parseGrid(text, fields, members);

describe('targets', () => {
  it('are one per line', () => {
    expect(grid('SRV-1\nSRV-2\nSRV-1').targets).toEqual([{ label: 'SRV-1' }, { label: 'SRV-2' }]);
  });

  it.each(['\t', ',', ';'])('are a table with its columns named, separated by %j', (sign) => {
    const text = [
      ['Target', 'Address', 'Assigned to'],
      ['SRV-1', '10.0.0.1', 'cora lind'],
      ['SRV-2', '', ''],
    ];
    const { targets, columns, problem } = grid(text.map((row) => row.join(sign)).join('\n'));
    expect(problem).toBeNull();
    expect(columns).toEqual(['Address']);
    expect(targets).toEqual([
      { label: 'SRV-1', session_variables: { server_ip: '10.0.0.1' }, assigned_to_id: 'm1' },
      { label: 'SRV-2', session_variables: {} },
    ]);
  });

  it('say what is wrong with a table', () => {
    expect(grid('Target,Colour\nA,red').problem).toContain('Colour');
    expect(grid('Target,Who\nA,Nobody').problem).toContain('Nobody');
    expect(grid('Target,Address\n,10.0.0.1').problem).toContain('names no target');
  });
});

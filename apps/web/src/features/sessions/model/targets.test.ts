import { expect, it } from 'vitest';

import { parseTargets } from './targets';

it('takes lines as they are pasted', () => {
  expect(parseTargets(' SRV-1 \r\n\nSRV-2\nSRV-1')).toEqual({ labels: ['SRV-1', 'SRV-2'], problem: null });
});
it('says the limits before the server has to', () => {
  const many = Array.from({ length: 101 }, (_, i) => `host-${i}`).join('\n');
  expect(parseTargets(many).problem).toContain('101');
  expect(parseTargets('x'.repeat(256)).problem).toContain('255');
});

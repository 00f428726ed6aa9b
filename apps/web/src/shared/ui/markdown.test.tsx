import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import MarkdownRendered from './markdown-rendered';

it('drops scripts, handlers, pictures and javascript: links', () => {
  const { container } = render(
    <MarkdownRendered
      text={
        '**ok** <img src=x onerror=alert(1)> ![p](https://x/y.png) [x](javascript:alert(1)) <script>alert(1)</script>'
      }
    />,
  );
  expect(container.querySelector('strong')).not.toBeNull();
  expect(container.querySelector('script,img')).toBeNull();
  expect(container.innerHTML).not.toMatch(/javascript:|onerror=/);
});

it('draws variables in text and in code, and a value is never markup', () => {
  const { container } = render(
    <MarkdownRendered
      text={'for **{{mailbox}}** run `x {{mailbox}}`'}
      renderVariable={(name) => <em>{`<b>${name}</b>`}</em>}
    />,
  );
  expect(screen.getAllByText('<b>mailbox</b>')).toHaveLength(2);
  expect(container.querySelector('b')).toBeNull();
  expect(container.querySelector('code em')).not.toBeNull();
});

it('has its headings below the one of the page', () => {
  render(<MarkdownRendered text={'# Printers\n\n## Spooler\n\n###### Deep'} />);
  const headings = screen.getAllByRole('heading').map((heading) => [heading.tagName, heading.textContent]);
  expect(headings).toEqual([
    ['H2', 'Printers'],
    ['H3', 'Spooler'],
    ['H6', 'Deep'],
  ]);
});

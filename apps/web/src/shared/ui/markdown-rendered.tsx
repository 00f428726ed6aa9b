import { memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

import { splitVariables } from '@/shared/lib/variables';

interface HastNode {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
}

/**
 * Replaces {{name}} in text by an element of its own. It runs after the sanitiser and works on the parsed tree, so a
 * variable's value is always text and can never become markup.
 */
function rehypeVariables() {
  return (tree: HastNode) => walk(tree);
}

function walk(node: HastNode): void {
  node.children = node.children?.flatMap((child) => {
    if (child.type !== 'text') {
      walk(child);
      return [child];
    }
    return splitVariables(child.value ?? '').map((part): HastNode =>
      part.kind === 'text'
        ? { type: 'text', value: part.text }
        : { type: 'element', tagName: 'data', properties: { value: part.name }, children: [] },
    );
  }) as HastNode[];
}

interface Props {
  text: string;
  renderVariable?: ((name: string) => ReactNode) | undefined;
}

export default memo(function MarkdownRendered({ text, renderVariable }: Props) {
  const components: Components = {
    a: ({ href, children }) => (
      <a href={href} target="_blank" rel="noreferrer noopener nofollow">
        {children}
      </a>
    ),
    // Pictures would call other hosts from the client's page.
    img: ({ alt }) => <span>{alt}</span>,
    // The page's own heading is above whatever a text begins with.
    h1: 'h2',
    h2: 'h3',
    h3: 'h4',
    h4: 'h5',
    h5: 'h6',
    data: ({ value }) => renderVariable?.(String(value)) ?? `{{${String(value)}}}`,
  };
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={renderVariable ? [rehypeSanitize, rehypeVariables] : [rehypeSanitize]}
      components={components}
    >
      {text}
    </ReactMarkdown>
  );
});

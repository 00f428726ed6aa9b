import { lazy, Suspense, type ReactNode } from 'react';

const Rendered = lazy(() => import('./markdown-rendered'));
const Streaming = lazy(() => import('./markdown-streaming'));

interface MarkdownProps {
  text: string;
  /** Draws a {{variable}} found in the text; without it they stay as written. */
  renderVariable?: ((name: string) => ReactNode) | undefined;
  className?: string;
  /** More of it is to come. */
  streaming?: boolean;
}

/** Markdown as sanitised elements. While its chunk loads, the source text stands there: readable, just plain. */
export function Markdown({ text, renderVariable, className = '', streaming = false }: MarkdownProps) {
  return (
    <div className={`rf-markdown ${className}`}>
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        {streaming ? <Streaming text={text} /> : <Rendered text={text} renderVariable={renderVariable} />}
      </Suspense>
    </div>
  );
}

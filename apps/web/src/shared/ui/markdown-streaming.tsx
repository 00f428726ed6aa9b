import remend from 'remend';

import MarkdownRendered from './markdown-rendered';

/** Markdown that is still being written: what is open is closed for now, so that half a word in bold is not two stars. */
export default function MarkdownStreaming({ text }: { text: string }) {
  return <MarkdownRendered text={remend(text)} />;
}

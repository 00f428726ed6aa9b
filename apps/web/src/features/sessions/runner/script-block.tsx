import type { Script } from '@/shared/api/types';
import { interpolate } from '@/shared/lib/variables';
import { CopyButton } from '@/shared/ui/copy-button';
import { scrollable } from '@/shared/ui/scrollable';

import { StepText, useVariables } from './variables';

const LANGUAGE: Record<Script['language'], string> = {
  powershell: 'PowerShell',
  cmd: 'Command Prompt',
  bash: 'Bash',
  text: 'Text',
};

/** A command to run, and what its output means. Secrets stay hidden on screen; the copied text is complete. */
export function ScriptBlock({ script }: { script: Script }) {
  const { values } = useVariables();
  const outputs = script.outputs ?? [];
  return (
    <figure className="border-line overflow-hidden rounded-lg border">
      <figcaption className="border-line bg-raised flex h-9 items-center gap-2 border-b pr-1 pl-3">
        <span className="truncate text-sm font-medium">{script.title ?? LANGUAGE[script.language]}</span>
        {script.title && (
          <span className="text-fg-subtle shrink-0 font-mono text-xs">{LANGUAGE[script.language]}</span>
        )}
        <span className="ml-auto">
          <CopyButton text={() => interpolate(script.text, values)} label="Copy" />
        </span>
      </figcaption>
      {/* Focusable, because long lines scroll and the keyboard must be able to scroll too. */}
      <pre
        {...scrollable}
        aria-label={script.title ?? 'Command'}
        className="bg-canvas overflow-x-auto px-3 py-2.5 font-mono text-sm leading-relaxed -outline-offset-2!"
      >
        <StepText text={script.text} />
      </pre>
      {outputs.length > 0 && (
        <table className="border-line w-full border-t text-sm">
          <thead>
            <tr className="text-fg-subtle text-left text-xs">
              <th scope="col" className="w-2/5 px-3 pt-2 pb-1 font-medium">
                What you see
              </th>
              <th scope="col" className="px-3 pt-2 pb-1 font-medium">
                What it means
              </th>
            </tr>
          </thead>
          <tbody className="align-top">
            {outputs.map((output) => (
              <tr key={output.when}>
                <td className="px-3 py-1.5 font-mono text-[0.8125rem] break-words">
                  <StepText text={output.when} />
                </td>
                <td className="text-fg-muted px-3 py-1.5">
                  <StepText text={output.means} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </figure>
  );
}

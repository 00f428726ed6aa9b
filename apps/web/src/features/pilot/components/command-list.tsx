import { CopyButton } from '@/shared/ui/copy-button';
import { scrollable } from '@/shared/ui/scrollable';

/** Commands as they are typed, each with its copy button. */
export function CommandList({ commands }: { commands: string[] }) {
  if (commands.length === 0) return null;
  return (
    <ol aria-label="Commands" className="grid grid-cols-1 gap-2">
      {commands.map((command, i) => (
        <li key={i} className="border-line bg-canvas flex items-start gap-1 rounded-lg border">
          <pre
            {...scrollable}
            aria-label={`Command ${i + 1}`}
            className="min-w-0 flex-1 overflow-x-auto px-3 py-2.5 font-mono text-sm leading-relaxed -outline-offset-2!"
          >
            {command}
          </pre>
          <CopyButton text={command} className="mt-1 mr-1" />
        </li>
      ))}
    </ol>
  );
}

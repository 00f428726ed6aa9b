import { ImageUp } from 'lucide-react';

/** Says that what is held here can be let go. */
export function DropHint() {
  return (
    <div
      aria-hidden
      className="rf-pilot-drop border-accent text-accent-fg grid justify-items-center gap-2 rounded-xl border-2 border-dashed font-medium"
    >
      <ImageUp className="size-6" />
      Drop pictures and logs here
    </div>
  );
}

import { EyeOff } from 'lucide-react';

import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';

import type { Selected } from '../use-selected-text';

const ABOVE = 44;

/** Stands above selected text of the note. */
export function MaskSelection({ selected, onMask }: { selected: Selected; onMask: () => void }) {
  const { texts, top, left } = selected;
  return (
    <div
      className="bg-raised fixed z-30 rounded-md shadow-xl"
      style={{ top: Math.max(8, top - ABOVE), left: Math.max(8, left) }}
      // A press must not take the selection away before it is read.
      onPointerDown={(event) => event.preventDefault()}
    >
      <Button kbd="x" onClick={onMask}>
        <EyeOff aria-hidden className="size-4" />
        {texts.length === 1 ? 'Mask this everywhere' : `Mask ${plural(texts.length, 'text')} everywhere`}
      </Button>
    </div>
  );
}

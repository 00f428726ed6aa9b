import { Paperclip } from 'lucide-react';
import { useRef } from 'react';

import { Button, IconButton } from '@/shared/ui/button';

import { FILE_TYPES } from '../model/files';

/** Chooses files; they may be pasted and dropped as well. */
export function AttachButton({
  onFiles,
  short = false,
}: {
  onFiles: (files: File[]) => void;
  short?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  const choose = () => input.current?.click();
  return (
    <>
      {short ? (
        <IconButton label="Attach a picture or a log" onClick={choose}>
          <Paperclip aria-hidden className="size-4" />
        </IconButton>
      ) : (
        <Button variant="ghost" onClick={choose}>
          <Paperclip aria-hidden className="size-4" /> Attach a picture or a log
        </Button>
      )}
      <input
        ref={input}
        type="file"
        multiple
        accept={FILE_TYPES}
        tabIndex={-1}
        aria-hidden
        data-testid="attach"
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}

import { useState, type ChangeEvent, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import { useDraft } from '@/shared/lib/use-draft';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea, TextField } from '@/shared/ui/field';

import { useAddDocument } from '../api/mutations';

const MOST_BYTES = 200 * 1_024;

/** Paste it, or choose a file. What is typed stays until the server has it. */
export default function AddDocumentDialog({ onClose }: { onClose: () => void }) {
  const add = useAddDocument();
  const [title, setTitle] = useDraft('assistant.document.title');
  const [text, setText] = useDraft('assistant.document.text');
  const [problem, setProblem] = useState<string | null>(null);

  async function choose(event: ChangeEvent<HTMLInputElement>) {
    const [file] = event.target.files ?? [];
    if (file === undefined) return;
    if (file.size > MOST_BYTES) {
      setProblem(`${file.name} has ${Math.round(file.size / 1_024)} KB; up to 200 KB are read. Split it.`);
      return;
    }
    try {
      setText(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
      if (title.trim() === '') setTitle(file.name.replace(/\.(md|markdown|txt|log)$/i, ''));
      setProblem(null);
    } catch {
      setProblem(`${file.name} is no text in UTF-8. Choose Markdown or plain text.`);
    }
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    add.mutate(
      { title: title.trim(), text },
      {
        onSuccess: () => {
          setTitle('');
          setText('');
          onClose();
        },
      },
    );
  }
  const error = problem ?? (add.isError ? messageOf(add.error) : null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add a document"
      description="Markdown or plain text, up to 200 KB. Leave passwords out: everybody in your account can read it."
      className="w-[min(44rem,calc(100vw-2rem))]!"
    >
      <form onSubmit={submit} className="grid grid-cols-1 gap-4">
        <TextField
          label="Title"
          value={title}
          maxLength={255}
          required
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextArea
          label="Text"
          rows={10}
          value={text}
          required
          className="font-mono text-sm"
          onChange={(event) => setText(event.target.value)}
        />
        <TextField
          label="Or choose a file"
          type="file"
          optional
          accept=".md,.markdown,.txt,.log,text/plain,text/markdown"
          onChange={(event) => void choose(event)}
        />
        {error !== null && (
          <p role="alert" className="text-danger text-sm">
            {error}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            busy={add.isPending}
            disabled={title.trim() === '' || text.trim() === ''}
          >
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useImportFlow } from '../api/mutations';
import { reasonsOf, refusalOf } from '../model/import-problem';
import { ImportArchive } from './import-archive';
import { ImportMany } from './import-many';

export default function ImportDialog({ onClose }: { onClose: () => void }) {
  const [yaml, setYaml] = useState('');
  const [fileName, setFileName] = useState<string | null>(null);
  const [many, setMany] = useState<File[] | null>(null);
  const [archive, setArchive] = useState<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const importFlow = useImportFlow();

  async function read(files: FileList | null) {
    const [file, ...more] = files ?? [];
    if (!file) return;
    if (more.length === 0 && file.name.toLowerCase().endsWith('.zip')) {
      setArchive(file);
      return;
    }
    if (more.length > 0) {
      setMany([file, ...more]);
      return;
    }
    setYaml(await file.text());
    setFileName(file.name);
    importFlow.reset();
  }

  function submit() {
    importFlow.mutate(yaml, {
      onSuccess: (flow) => {
        notify('success', `“${flow.name}” is in the library as a draft.`);
        onClose();
        void navigate(`/flows/${flow.id}`);
      },
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Import flows"
      description="Each .flow.yaml file becomes a draft of your account. Publish it when you have looked it over."
    >
      {archive ? (
        <ImportArchive file={archive} onBack={() => setArchive(null)} onClose={onClose} />
      ) : many ? (
        <ImportMany files={many} onBack={() => setMany(null)} onClose={onClose} />
      ) : (
        <div className="grid gap-4">
          <button
            type="button"
            onClick={() => input.current?.click()}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              void read(event.dataTransfer.files);
            }}
            className="border-control hover:bg-hover grid justify-items-center gap-1 rounded-lg border border-dashed px-4 py-6"
          >
            <FileUp aria-hidden className="text-fg-subtle size-5" />
            <span className="font-medium">{fileName ?? 'Choose files or drop them here'}</span>
            <span className="text-fg-subtle text-sm">
              YAML, one flow per file, as many as you like; or the .zip of a whole library
            </span>
          </button>
          <input
            ref={input}
            type="file"
            accept=".yaml,.yml,.zip"
            aria-label="Flow file"
            tabIndex={-1}
            className="sr-only"
            multiple
            onChange={(event) => void read(event.target.files)}
          />
          <TextArea
            label="Or paste the text"
            rows={6}
            value={yaml}
            onChange={(event) => {
              setYaml(event.target.value);
              setFileName(null);
            }}
            spellCheck={false}
            className="font-mono text-sm!"
          />
          {importFlow.isError && (
            <Callout tone="danger" title={refusalOf(importFlow.error)} role="alert">
              {reasonsOf(importFlow.error).length > 0 && (
                <ul className="mt-1 list-disc pl-4">
                  {reasonsOf(importFlow.error).map((reason) => (
                    <li key={reason}>{reason}</li>
                  ))}
                </ul>
              )}
            </Callout>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              disabled={yaml.trim() === ''}
              busy={importFlow.isPending}
              onClick={submit}
            >
              Import
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

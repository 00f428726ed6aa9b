import { useCallback, useEffect, useRef, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import { newId } from '@/shared/lib/ids';
import { drafts } from '@/shared/lib/storage';

import type { Upload } from './api/types';
import { bringFile, removeFile } from './api/uploads';
import { whyNot } from './model/files';

/** A file on its way to the next message. */
export interface Attached {
  key: string;
  name: string;
  size: number;
  /** How much of it has left, 0 to 1. */
  share: number;
  /** It is there. */
  upload: Upload | null;
  /** Why it is not, in words. */
  problem: string | null;
}

export interface Files {
  items: Attached[];
  /** Something is still on its way. */
  busy: boolean;
  /** Those that are there. */
  ready: Upload[];
  add: (files: File[]) => void;
  remove: (key: string) => void;
  /** They went with a message. */
  sent: (ids: string[]) => void;
}

/** Files for the next message. Those that are there outlive a reload, like what was typed. */
export function useFiles(draft: string): Files {
  const name = `${draft}.files`;
  const [items, setItems] = useState<Attached[]>(() => kept(name));
  const under = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const there = items.flatMap(({ upload }) => upload ?? []);
    drafts.set(name, there.length === 0 ? '' : JSON.stringify(there));
  }, [items, name]);
  useEffect(() => {
    const all = under.current;
    return () => all.forEach((controller) => controller.abort());
  }, []);

  const change = useCallback(
    (key: string, to: Partial<Attached>) =>
      setItems((now) => now.map((item) => (item.key === key ? { ...item, ...to } : item))),
    [],
  );

  function add(files: File[]): void {
    const fresh = files.map((file, index) => ({
      file,
      key: newId(),
      problem: whyNot(file, items.length + index),
    }));
    setItems((now) => [
      ...now,
      ...fresh.map(({ file, key, problem }) => ({
        key,
        name: file.name,
        size: file.size,
        share: 0,
        upload: null,
        problem,
      })),
    ]);
    for (const { file, key, problem } of fresh) {
      if (problem !== null) continue;
      const controller = new AbortController();
      under.current.set(key, controller);
      bringFile(file, (share) => change(key, { share }), controller.signal)
        .then((upload) => change(key, { upload, share: 1 }))
        .catch((error: unknown) => {
          if (!controller.signal.aborted) change(key, { problem: messageOf(error) });
        })
        .finally(() => under.current.delete(key));
    }
  }

  function remove(key: string): void {
    under.current.get(key)?.abort();
    const gone = items.find((item) => item.key === key)?.upload;
    setItems((now) => now.filter((item) => item.key !== key));
    // Where that fails it goes by itself after a day; another chip may be the same file.
    const shared = items.some((item) => item.key !== key && item.upload?.id === gone?.id);
    if (gone && !shared) removeFile(gone.id).catch(() => undefined);
  }

  const sent = useCallback(
    (ids: string[]) => setItems((now) => now.filter(({ upload }) => !upload || !ids.includes(upload.id))),
    [],
  );
  return {
    items,
    busy: items.some(({ upload, problem }) => upload === null && problem === null),
    ready: items.flatMap(({ upload }) => upload ?? []),
    add,
    remove,
    sent,
  };
}

function kept(name: string): Attached[] {
  try {
    const there = JSON.parse(drafts.get(name) || '[]') as Upload[];
    return there.map((upload) => ({
      key: upload.id,
      name: upload.name,
      size: upload.bytes,
      share: 1,
      upload,
      problem: null,
    }));
  } catch {
    return [];
  }
}

import { queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import { download } from '@/shared/lib/clipboard';

import type { Upload } from './types';

/** Brings a file; it is attached by the message that names it. How that is done is loaded with the first one. */
export async function bringFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  const { sendFile } = await import('@/shared/api/send-file');
  return sendFile<Upload>('/uploads', file, { query: { name: file.name }, onProgress, signal });
}

export const removeFile = (id: string): Promise<void> => api.delete<void>(`/uploads/${id}`);

/** A picture as an address the page may show: who may see it is asked with the sign-in, which an image's address has not. */
export const pictureQuery = (id: string) =>
  queryOptions({
    queryKey: ['pilot', 'picture', id],
    queryFn: async ({ signal }): Promise<string> =>
      dataUrl(await (await request('GET', `/uploads/${id}`, { signal })).blob()),
    staleTime: Infinity,
    gcTime: 60_000,
  });

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The picture cannot be read.'));
    reader.readAsDataURL(blob);
  });
}

/** Saves a file as it is kept. */
export async function saveFile({ id, name }: Pick<Upload, 'id' | 'name'>): Promise<void> {
  download(name, await (await request('GET', `/uploads/${id}`)).blob());
}

import type { Upload } from '../api/types';

/** The server's limit; what is larger need not be sent to be refused. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;
export const MAX_FILES = 10;

/** What the dialog for choosing offers first; what a file is, the server says by its content. */
export const FILE_TYPES = 'image/png,image/jpeg,image/gif,image/webp,.log,.txt,.csv,.json,.xml,text/*';

const UNITS = ['B', 'KB', 'MB'] as const;

export function sizeWords(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** Why a file need not even be sent; null where it may be. */
export function whyNot(file: Pick<File, 'size'>, attached: number): string | null {
  if (attached >= MAX_FILES) return `At most ${MAX_FILES} files go with one message.`;
  if (file.size === 0) return 'There is nothing in this file.';
  if (file.size > MAX_FILE_BYTES)
    return `Larger than ${sizeWords(MAX_FILE_BYTES)}. Bring the part that matters.`;
  return null;
}

/** What was pasted or dropped: files, and a picture of the clipboard, which has no name of its own. */
export function filesOf(data: DataTransfer | null): File[] {
  return data === null ? [] : [...data.files];
}

export const isPicture = ({ kind }: Pick<Upload, 'kind'>): boolean => kind !== 'log';

/** What stands below a file's name. */
export function factsOf(upload: Upload): string {
  const { width, height, lines } = upload;
  const measure = lines === null ? `${width} × ${height}` : `${lines} ${lines === 1 ? 'line' : 'lines'}`;
  return `${measure}, ${sizeWords(upload.bytes)}`;
}

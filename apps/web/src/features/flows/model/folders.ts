import type { Folder } from '@/shared/api/types';

export interface FolderBranch {
  folder: Folder;
  depth: number;
}

/** How many folders may be inside one another; the server says the same. */
export const MAX_DEPTH = 6;

/** The folders line by line, each followed by what is in it. They come sorted by name. */
export function outline(folders: Folder[]): FolderBranch[] {
  const known = new Set(folders.map(({ id }) => id));
  const placeOf = ({ parent_id }: Folder) => (parent_id && known.has(parent_id) ? parent_id : '');
  const lines = (of: string, depth: number): FolderBranch[] =>
    folders
      .filter((folder) => placeOf(folder) === of)
      .flatMap((folder) => [{ folder, depth }, ...lines(folder.id, depth + 1)]);
  return lines('', 0);
}

/** A folder and all that are inside it. */
export function withInner(folders: Folder[], id: string): Set<string> {
  const found = new Set([id]);
  for (const outer of found)
    for (const folder of folders) if (folder.parent_id === outer) found.add(folder.id);
  return found;
}

/** Where a folder can be moved to: not into itself, not from everybody to one person. */
export function placesFor(folders: Folder[], moved: Folder): FolderBranch[] {
  const itself = withInner(folders, moved.id);
  return outline(folders).filter(
    ({ folder, depth }) =>
      folder.can_edit &&
      !itself.has(folder.id) &&
      depth + 1 < MAX_DEPTH &&
      (folder.scope !== 'personal' || moved.scope === 'personal'),
  );
}

/** “Mail / M365”, for where the outline around a folder does not show. */
export function pathOf(folders: Folder[], id: string): string {
  const names: string[] = [];
  let next = folders.find((folder) => folder.id === id);
  while (next && names.length < MAX_DEPTH) {
    names.unshift(next.name);
    const parent = next.parent_id;
    next = folders.find((folder) => folder.id === parent);
  }
  return names.join(' / ');
}

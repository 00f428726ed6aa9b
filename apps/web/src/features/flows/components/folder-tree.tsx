import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import {
  Ellipsis,
  Folder as FolderIcon,
  FolderInput,
  FolderLock,
  FolderOpen,
  FolderPlus,
  Library,
  Pencil,
  Trash2,
  Users,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { Folder } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { IconButton } from '@/shared/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/shared/ui/menu';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { foldersQuery } from '../api/folders';
import { MAX_DEPTH, outline, withInner } from '../model/folders';

const FolderDialog = lazy(() => import('./folder-dialog'));

export type FolderTask =
  | { kind: 'create'; parent: Folder | null }
  | { kind: 'rename' | 'move' | 'delete'; folder: Folder };

interface FolderTreeProps {
  /** The id of the folder that is shown; empty for the whole library. */
  current: string;
  onPick: (id: string | null) => void;
}

/** The folders at the side of the library. Arrow keys move between them, Enter shows what is in one. */
export default function FolderTree({ current, onPick }: FolderTreeProps) {
  const query = useQuery(foldersQuery());
  const [task, setTask] = useState<FolderTask | null>(null);
  const { container, onKeyDown } = useRowKeys<HTMLElement>();
  const folders = query.data;
  const gone = (id: string) => {
    if (folders && withInner(folders, id).has(current)) onPick(null);
  };
  return (
    <nav aria-label="Folders" ref={container} onKeyDown={onKeyDown} className="lg:sticky lg:top-18">
      <div className="mb-1 flex h-8 items-center gap-2 px-2">
        <p className="text-fg-subtle flex-1 text-xs font-medium">Folders</p>
        <IconButton
          label="New folder"
          className="size-7"
          onClick={() => setTask({ kind: 'create', parent: null })}
        >
          <FolderPlus aria-hidden className="size-4" />
        </IconButton>
      </div>
      <ul className="max-lg:max-h-56 max-lg:overflow-y-auto">
        <li>
          <Row icon={Library} name="All flows" active={current === ''} onPick={() => onPick(null)} />
        </li>
        {folders === undefined ? (
          query.isError ? (
            <li className="text-fg-muted px-2 py-2 text-sm">The folders could not be loaded.</li>
          ) : (
            <li>
              <SkeletonRows rows={3} label="Loading folders" />
            </li>
          )
        ) : (
          outline(folders).map(({ folder, depth }) => (
            <li key={folder.id} className="group relative flex items-center">
              <Row
                icon={iconOf(folder, folder.id === current)}
                name={folder.name}
                hint={SCOPE[folder.scope]}
                depth={depth}
                count={folder.tree_count}
                active={folder.id === current}
                onPick={() => onPick(folder.id)}
              />
              {folder.can_edit && (
                <FolderMenu folder={folder} canHoldMore={depth + 1 < MAX_DEPTH} onTask={setTask} />
              )}
            </li>
          ))
        )}
        {folders?.length === 0 && (
          <li className="text-fg-muted px-2 pt-1 text-sm text-pretty">
            No folders yet. Make one for the flows you reach for, or one for the whole team.
          </li>
        )}
      </ul>
      {task && folders && (
        <Suspense fallback={null}>
          <FolderDialog
            task={task}
            folders={folders}
            onClose={() => setTask(null)}
            onMade={(folder) => onPick(folder.id)}
            onDeleted={gone}
          />
        </Suspense>
      )}
    </nav>
  );
}

const SCOPE = { personal: 'only you see it', team: 'shared with the team', account: 'shared with everybody' };

function iconOf({ scope }: Folder, open: boolean) {
  if (open) return FolderOpen;
  return { personal: FolderLock, team: Users, account: FolderIcon }[scope];
}

interface RowProps {
  icon: typeof FolderIcon;
  name: string;
  hint?: string;
  depth?: number;
  count?: number;
  active: boolean;
  onPick: () => void;
}

function Row({ icon: Icon, name, hint, depth = 0, count = 0, active, onPick }: RowProps) {
  return (
    <button
      type="button"
      data-row
      aria-current={active ? 'true' : undefined}
      onClick={onPick}
      title={hint ? `${name}, ${hint}` : undefined}
      style={{ paddingInlineStart: `${0.5 + depth * 0.875}rem` }}
      className={clsx(
        'flex h-8 w-full min-w-0 items-center gap-2 rounded-md pr-9 text-left text-sm font-medium transition-colors duration-120 pointer-coarse:min-h-11',
        active ? 'bg-hover text-fg' : 'text-fg-muted hover:bg-hover hover:text-fg',
      )}
    >
      <Icon aria-hidden className={clsx('size-4 shrink-0', active ? 'text-accent-fg' : 'text-fg-subtle')} />
      <span className="truncate">{name}</span>
      {count > 0 && (
        <span className="text-fg-subtle ml-auto text-xs font-normal tabular-nums">
          {count}
          <span className="sr-only"> {count === 1 ? 'flow' : 'flows'}</span>
        </span>
      )}
    </button>
  );
}

function FolderMenu({
  folder,
  canHoldMore,
  onTask,
}: {
  folder: Folder;
  canHoldMore: boolean;
  onTask: (task: FolderTask) => void;
}) {
  return (
    <div className="absolute right-0.5">
      <Menu
        trigger={
          <IconButton
            label={`Change the folder ${folder.name}, ${plural(folder.tree_count, 'flow')}`}
            className="size-7"
          >
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
      >
        {canHoldMore && (
          <MenuItem icon={FolderPlus} onSelect={() => onTask({ kind: 'create', parent: folder })}>
            New folder inside
          </MenuItem>
        )}
        <MenuItem icon={Pencil} onSelect={() => onTask({ kind: 'rename', folder })}>
          Rename
        </MenuItem>
        <MenuItem icon={FolderInput} onSelect={() => onTask({ kind: 'move', folder })}>
          Move
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} onSelect={() => onTask({ kind: 'delete', folder })}>
          Delete
        </MenuItem>
      </Menu>
    </div>
  );
}

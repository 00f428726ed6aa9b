import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface Column<T> {
  name: string;
  /** Numbers and actions stand at the right. */
  right?: boolean;
  /** For columns that say enough by what stands in them. */
  hideName?: boolean;
  cell: (row: T) => ReactNode;
}

export interface DataTableProps<T> {
  caption: string;
  rows: T[];
  columns: Column<T>[];
}

/** A plain table; where it is too wide for the screen it scrolls by itself. */
export function DataTable<T extends { id: string }>({ caption, rows, columns }: DataTableProps<T>) {
  return (
    <div className="border-line bg-surface overflow-x-auto rounded-lg border">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-fg-subtle text-xs">
            {columns.map(({ name, right, hideName }) => (
              <th key={name} scope="col" className={clsx('px-3 py-2 font-medium', right && 'text-right')}>
                {hideName ? <span className="sr-only">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className="border-line hover:bg-hover border-t">
              {columns.map(({ name, right, cell }) => (
                <td key={name} className={clsx('px-3 py-2', right && 'text-right tabular-nums')}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

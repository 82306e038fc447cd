import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';

/** A header in a form. */
export interface HeaderRow {
  /** Of the row in the form. */
  key: number;
  name: string;
  value: string;
  /** The server has a value, which it does not show. */
  stored: boolean;
}

export interface HeaderRowsProps<Row extends HeaderRow> {
  legend: string;
  rows: Row[];
  /** A row that is added, but for its key. */
  blank: Omit<Row, 'key'>;
  isSecret(row: Row): boolean;
  problemOf(row: Row): string | undefined;
  onChange(rows: Row[]): void;
  /** Beside the value. */
  beside?(row: Row, set: (part: Partial<Row>) => void): ReactNode;
}

/** Headers that go with a request: names and values, a row each. */
export function HeaderRows<Row extends HeaderRow>(props: HeaderRowsProps<Row>) {
  const { legend, rows, blank, isSecret, problemOf, onChange, beside } = props;
  const change = (key: number, part: Partial<Row>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () => onChange([...rows, { ...blank, key: Math.max(-1, ...rows.map(({ key }) => key)) + 1 } as Row]);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-fg text-sm">{legend}</legend>
      {rows.map((row, index) => {
        const number = index + 1;
        const problem = problemOf(row);
        const set = (part: Partial<Row>) => change(row.key, part);
        return (
          <div key={row.key}>
            <div className="flex items-center gap-2">
              <Input
                aria-label={`Name of header ${number}`}
                aria-invalid={problem ? true : undefined}
                placeholder="Name"
                className="w-40 shrink-0"
                autoComplete="off"
                spellCheck={false}
                value={row.name}
                onChange={(event) => set({ name: event.target.value, stored: false } as Partial<Row>)}
              />
              <Input
                aria-label={`Value of header ${number}`}
                placeholder={row.stored ? 'Stored; type to replace' : 'Value'}
                type={isSecret(row) ? 'password' : 'text'}
                autoComplete="off"
                spellCheck={false}
                value={row.value}
                onChange={(event) => set({ value: event.target.value } as Partial<Row>)}
              />
              {beside?.(row, set)}
              <IconButton label={`Remove header ${number}`} onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}>
                <X aria-hidden />
              </IconButton>
            </div>
            {problem && (
              <p role="alert" className="mt-1 text-danger text-sm">
                {problem}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button size="sm" onClick={add}>
          <Plus aria-hidden /> Add a header
        </Button>
      </div>
    </fieldset>
  );
}

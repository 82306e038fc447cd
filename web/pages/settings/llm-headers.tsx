import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import type { HeaderRow } from './llm-connection-draft.ts';

export interface LlmHeadersProps {
  headers: HeaderRow[];
  /** By field: `extraHeaders.x-team`. */
  errors: Map<string, string>;
  onChange(headers: HeaderRow[]): void;
}

/** Headers that go with every request to a provider; their values are secrets. */
export function LlmHeaders({ headers, errors, onChange }: LlmHeadersProps) {
  const set = (key: number, part: Partial<HeaderRow>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...part } : header)));
  const add = () => {
    const key = Math.max(-1, ...headers.map((header) => header.key)) + 1;
    onChange([...headers, { key, name: '', value: '', stored: false }]);
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-fg text-sm">Extra headers</legend>
      {headers.map((header, index) => {
        const number = index + 1;
        const problem = errors.get(`extraHeaders.${header.name.trim()}`);
        return (
          <div key={header.key}>
            <div className="flex items-center gap-2">
              <Input
                aria-label={`Name of header ${number}`}
                aria-invalid={problem ? true : undefined}
                placeholder="Name"
                className="w-44 shrink-0"
                autoComplete="off"
                spellCheck={false}
                value={header.name}
                onChange={(event) => set(header.key, { name: event.target.value, stored: false })}
              />
              <Input
                aria-label={`Value of header ${number}`}
                type="password"
                placeholder={header.stored ? 'Stored; type to replace' : 'Value'}
                autoComplete="off"
                value={header.value}
                onChange={(event) => set(header.key, { value: event.target.value })}
              />
              <IconButton
                label={`Remove header ${number}`}
                onClick={() => onChange(headers.filter((each) => each.key !== header.key))}
              >
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

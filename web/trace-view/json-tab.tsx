import { useMemo, useState } from 'react';
import { jsonOf } from '../../contract/json/compact-json.ts';
import { CodeView } from '../ui/code-view.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { plainValue } from './plain-value.ts';

type Part = 'input' | 'output' | 'all';
type Form = 'json' | 'plain';

export interface JsonTabProps {
  /** Everything that was recorded; `input` and `output` can be looked at alone. */
  whole: Readonly<Record<string, unknown>>;
}

/** What was recorded, as JSON or as plain text, with folding, search and copying; a megabyte does not hurt. */
export function JsonTab({ whole }: JsonTabProps) {
  const [part, setPart] = useState<Part>('all');
  const [form, setForm] = useState<Form>('json');
  const text = useMemo(() => {
    const value = part === 'all' ? whole : whole[part];
    return form === 'json' ? jsonOf(value ?? null, 2) : plainValue(value ?? null);
  }, [whole, part, form]);
  return (
    <div className="flex h-full min-h-64 flex-col gap-2">
      <div className="flex items-center gap-2">
        <Segmented<Part>
          label="Which part"
          value={part}
          onValueChange={setPart}
          options={[
            { value: 'all', label: 'All' },
            { value: 'input', label: 'Input' },
            { value: 'output', label: 'Output' },
          ]}
        />
        <Segmented<Form>
          label="Written as"
          value={form}
          onValueChange={setForm}
          options={[
            { value: 'json', label: 'JSON' },
            { value: 'plain', label: 'Plain' },
          ]}
        />
        <span className="ml-auto hidden text-faint text-xs sm:inline">Click into the text, then / to search</span>
        <CopyButton text={text} label="Copy what is shown" />
      </div>
      <CodeView text={text} language={form === 'json' ? 'json' : 'text'} label="Recorded data" fill className="flex-1" />
    </div>
  );
}

import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { formatTime, zoneOf } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/popover.tsx';
import { DEFAULT_PRESET, fromLocalInput, PRESET_LABELS, PRESETS, type TimeChoice, toLocalInput } from './time-range.ts';

export interface TimeRangePickerProps {
  choice: TimeChoice;
  onChoice(choice: TimeChoice): void;
}

/** A stretch of time: one that ends now, or from and to. */
export function TimeRangePicker({ choice, onChoice }: TimeRangePickerProps) {
  const [open, setOpen] = useState(false);
  const custom = choice.from !== undefined || choice.to !== undefined;
  const preset = custom ? undefined : (choice.range ?? DEFAULT_PRESET);
  const label = preset
    ? PRESET_LABELS[preset]
    : `${choice.from ? short(choice.from) : 'the beginning'} – ${choice.to ? short(choice.to) : 'now'}`;
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button size="md" aria-label={`Time range: ${label}`} title={zoneOf(Date.now())}>
          <CalendarClock aria-hidden className="text-muted" /> {label}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Time range" className="flex w-88 gap-4 p-2">
        <ul className="w-36 shrink-0">
          {PRESETS.map((each) => (
            <li key={each}>
              <button
                type="button"
                aria-pressed={each === preset}
                className={cn(
                  'h-7 w-full rounded-md px-2 text-left hover:bg-hover',
                  each === preset && 'bg-accent-soft text-accent',
                )}
                onClick={() => {
                  setOpen(false);
                  onChoice({ range: each === DEFAULT_PRESET ? undefined : each });
                }}
              >
                {PRESET_LABELS[each]}
              </button>
            </li>
          ))}
        </ul>
        <form
          key={`${choice.from} ${choice.to}`}
          className="flex min-w-0 flex-1 flex-col gap-3 py-1 pr-1"
          onSubmit={(event) => {
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            const [a, b] = [fromLocalInput(String(data.get('from'))), fromLocalInput(String(data.get('to')))];
            const turned = a !== undefined && b !== undefined && a > b;
            setOpen(false);
            onChoice(a === undefined && b === undefined ? {} : turned ? { from: b, to: a } : { from: a, to: b });
          }}
        >
          <Field label="From">
            {(control) => <Input {...control} name="from" type="datetime-local" defaultValue={toLocalInput(choice.from)} />}
          </Field>
          <Field label="To" hint={zoneOf(Date.now())}>
            {(control) => <Input {...control} name="to" type="datetime-local" defaultValue={toLocalInput(choice.to)} />}
          </Field>
          <Button type="submit" variant="primary" className="self-start">
            Show
          </Button>
        </form>
      </PopoverContent>
    </Popover>
  );
}

/** Date and time without seconds. */
const short = (time: string) => formatTime(time).replace(/:\d\d$/, '');

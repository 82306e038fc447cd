import { Columns3 } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';

export interface ColumnPickerProps {
  columns: readonly { id: string; label: string }[];
  shown: ReadonlySet<string>;
  onToggle(id: string): void;
  onReset(): void;
}

/** Which columns are shown; kept in this browser. */
export function ColumnPicker({ columns, shown, onToggle, onReset }: ColumnPickerProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <IconButton label="Columns">
          <Columns3 aria-hidden />
        </IconButton>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>Columns</DropdownMenuLabel>
        {columns.map(({ id, label }) => (
          <DropdownMenuCheckboxItem
            key={id}
            checked={shown.has(id)}
            onCheckedChange={() => onToggle(id)}
            onSelect={(event) => event.preventDefault()}
          >
            {label}
          </DropdownMenuCheckboxItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={onReset}>As at first</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

import { Server } from 'lucide-react';
import { formatCompact } from '../../../contract/format.ts';
import { Button } from '../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import type { FacetValue } from './facet-sidebar.tsx';

export interface EnvironmentSwitchProps {
  chosen: readonly string[];
  values: readonly FacetValue[];
  onChoice(environments: string[]): void;
}

/** Which environments the page is about; none chosen: all of them. */
export function EnvironmentSwitch({ chosen, values, onChoice }: EnvironmentSwitchProps) {
  const known = [
    ...chosen.filter((name) => !values.some(({ value }) => value === name)).map((value) => ({ value, count: 0 })),
    ...values,
  ];
  const label = chosen.length === 0 ? 'All environments' : chosen.length === 1 ? chosen[0] : `${chosen.length} environments`;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="md" aria-label={`Environment: ${label}`}>
          <Server aria-hidden className="text-muted" /> <span className="max-w-36 truncate">{label}</span>
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="min-w-52">
        <DropdownMenuLabel>Environments</DropdownMenuLabel>
        {known.map(({ value, count }) => (
          <DropdownMenuCheckboxItem
            key={value}
            checked={chosen.includes(value)}
            onCheckedChange={(on) => onChoice(on ? [...chosen, value] : chosen.filter((name) => name !== value))}
            onSelect={(event) => event.preventDefault()}
          >
            <span className="min-w-0 flex-1 truncate">{value}</span>
            <span className="text-faint text-xs">{formatCompact(count)}</span>
          </DropdownMenuCheckboxItem>
        ))}
        {known.length === 0 && <p className="px-2 py-1 text-faint text-sm">None yet</p>}
        {chosen.length > 0 && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem onSelect={() => onChoice([])}>All environments</DropdownMenuItem>
          </>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from '../../lib/theme.ts';
import { Segmented } from '../../ui/segmented.tsx';

export function ThemeChooser() {
  const theme = useTheme();
  return (
    <Segmented
      label="Theme"
      value={theme.choice}
      onValueChange={theme.choose}
      options={[
        { value: 'system', label: 'As the system', icon: <Monitor aria-hidden /> },
        { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
        { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
      ]}
    />
  );
}

import { useActiveShortcuts } from '../lib/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Shortcut } from '../ui/kbd.tsx';

/** All shortcuts that work on the page that is open, by group. */
export function ShortcutSheet({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const shortcuts = useActiveShortcuts();
  const groups = new Map<string, Map<string, string[]>>();
  // What a page adds comes last and is of more interest than what works everywhere.
  for (const { group, label, keys } of [...shortcuts].reverse()) {
    const labels = groups.get(group) ?? new Map<string, string[]>();
    const all = labels.get(label) ?? [];
    if (!all.includes(keys)) all.unshift(keys);
    groups.set(group, labels.set(label, all));
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Shortcuts" className="max-w-lg">
      <div className="flex flex-col gap-5">
        {[...groups].map(([group, labels]) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1.5 font-medium text-faint text-sm">{group}</h3>
            <dl>
              {[...labels].reverse().map(([label, all]) => (
                <div key={label} className="flex items-center justify-between border-line border-b py-1.5 last:border-b-0">
                  <dt>{label}</dt>
                  <dd className="flex items-center gap-2 text-faint text-xs">
                    {all.map((keys, index) => (
                      <span key={keys} className="flex items-center gap-2">
                        {index > 0 && 'or'}
                        <Shortcut keys={keys} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

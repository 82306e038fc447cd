import { compactJson, jsonOf } from '../../contract/json/compact-json.ts';
import { isObject } from '../../contract/json/parse.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LongText } from '../ui/long-text.tsx';
import { Fact, FactList } from './section.tsx';

/** Names and values as they were sent; nested values as JSON. */
export function MetadataFacts({ metadata }: { metadata: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(metadata);
  if (entries.length === 0)
    return <EmptyState title="No metadata">Attributes that the SDK or exporter sends along stand here.</EmptyState>;
  return (
    <div className="flex flex-col divide-y divide-line rounded-md border border-line">
      {entries.map(([key, value]) => {
        const nested = Array.isArray(value) || isObject(value);
        return (
          <div key={key} className="group grid grid-cols-[minmax(8rem,14rem)_1fr_auto] items-start gap-4 px-3 py-1.5">
            <span className="font-mono text-muted text-sm [overflow-wrap:anywhere]">{key}</span>
            {nested ? (
              <LongText text={compactJson(value)} as="json" label={key} className="min-w-0" />
            ) : (
              <LongText text={String(value)} as="plain" label={key} className="min-w-0" />
            )}
            <span className="-my-0.5 opacity-0 focus-within:opacity-100 group-hover:opacity-100">
              <CopyButton text={nested ? jsonOf(value, 2) : String(value)} label={`Copy ${key}`} />
            </span>
          </div>
        );
      })}
    </div>
  );
}

export interface SourceFactsProps {
  source: {
    via: string;
    sdkName: string | null;
    sdkVersion: string | null;
    scopeName: string | null;
    scopeVersion: string | null;
    serviceName: string | null;
  };
}

/** How a step came here. */
export function SourceFacts({ source }: SourceFactsProps) {
  const versioned = (name: string | null, version: string | null) => [name, version].filter(Boolean).join(' ');
  const facts: [string, string][] = [
    ['Came in by', source.via],
    ['SDK', versioned(source.sdkName, source.sdkVersion)],
    ['Instrumentation', versioned(source.scopeName, source.scopeVersion)],
    ['Service', source.serviceName ?? ''],
  ];
  return (
    <FactList>
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
    </FactList>
  );
}

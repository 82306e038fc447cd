import type { Trigger } from '../../../../contract/automation.ts';
import { promptVersions } from './prompt-version.ts';
import type { EventSource } from './source.ts';

/** All kinds of events, by the `source` of the triggers that listen to them. */
const SOURCES = { prompt: promptVersions } satisfies Record<SourceName, Omit<EventSource<never>, 'example'>>;

export type SourceName = Trigger['source'];
export type ChangeOf<Name extends SourceName> = Parameters<(typeof SOURCES)[Name]['payload']>[2];

export const sourceOf = <Name extends SourceName>(name: Name): EventSource<ChangeOf<Name>> => SOURCES[name];

export type { Actor, DomainChange, EventSource } from './source.ts';

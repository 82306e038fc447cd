import { Activity, type LucideIcon, Rocket, Settings2 } from 'lucide-react';

export interface Destination {
  label: string;
  icon: LucideIcon;
  to: '/project/$projectId/traces' | '/project/$projectId/setup' | '/project/$projectId/settings/general';
  /** Part of the path below the project by which it is recognised as the current one. */
  section: string;
  keys: string;
}

/** The pages of a project, in the order of the sidebar. */
export const DESTINATIONS: readonly Destination[] = [
  { label: 'Traces', icon: Activity, to: '/project/$projectId/traces', section: 'traces', keys: 'g t' },
  { label: 'Set up', icon: Rocket, to: '/project/$projectId/setup', section: 'setup', keys: 'g u' },
  { label: 'Settings', icon: Settings2, to: '/project/$projectId/settings/general', section: 'settings', keys: 'g s' },
];

/** The first part of the path below the project: `traces` for `/project/p/traces/t`. */
export const sectionOf = (pathname: string): string | undefined => /^\/project\/[^/]+\/([^/]+)/.exec(pathname)?.[1];

/**
 * Where to land in another project: the same section, since a trace or a filter of one project means nothing in another one.
 */
export const destinationIn = (pathname: string): Destination['to'] =>
  DESTINATIONS.find((destination) => destination.section === sectionOf(pathname))?.to ?? '/project/$projectId/traces';

import {
  ArrowLeftRight,
  Bot,
  Brackets,
  Link2,
  type LucideIcon,
  Scale,
  Search,
  ShieldCheck,
  Sparkles,
  Wrench,
  Zap,
} from 'lucide-react';
import { type Level, OBSERVATION_TYPES, type ObservationType } from '../../contract/observation.ts';
import { cn } from '../ui/cn.ts';
import './observation-type.css';

const ICONS: Record<ObservationType, LucideIcon> = {
  SPAN: ArrowLeftRight,
  GENERATION: Sparkles,
  EVENT: Zap,
  AGENT: Bot,
  TOOL: Wrench,
  CHAIN: Link2,
  RETRIEVER: Search,
  EMBEDDING: Brackets,
  EVALUATOR: Scale,
  GUARDRAIL: ShieldCheck,
};

/** `Generation` for GENERATION. */
export const observationTypeName = (type: ObservationType): string => type[0] + type.slice(1).toLowerCase();

/** The CSS colour of a kind of step, for bars and dots: `var(--type-generation)`. */
export const observationTypeColour = (type: ObservationType): string => `var(--type-${type.toLowerCase()})`;

/** The CSS colour of a level. */
export const levelColour = (level: Level): string => `var(--level-${level.toLowerCase()})`;

export const isObservationType = (text: string): text is ObservationType =>
  (OBSERVATION_TYPES as readonly string[]).includes(text);

/** The picture of a kind of step in its colour; the name is spoken. */
export function ObservationTypeIcon({ type, className }: { type: ObservationType; className?: string }) {
  const Icon = ICONS[type];
  return (
    <Icon
      role="img"
      aria-label={observationTypeName(type)}
      className={cn('size-3.5 shrink-0', className)}
      style={{ color: observationTypeColour(type) }}
    />
  );
}

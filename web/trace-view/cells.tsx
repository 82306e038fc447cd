import { Bookmark, CircleX, TriangleAlert } from 'lucide-react';
import type { z } from 'zod';
import { formatNumber } from '../../contract/format.ts';
import type { Level } from '../../contract/observation.ts';
import type { scoreCell } from '../../contract/trace.ts';
import { Badge } from '../ui/badge.tsx';
import { cn } from '../ui/cn.ts';
import { previewText } from './preview-text.ts';

/** A text that may be longer than its column; whole on hover. */
export function TextCell({ text, className }: { text: string | null; className?: string }) {
  return text ? (
    <span className={cn('truncate', className)} title={text}>
      {text}
    </span>
  ) : null;
}

export function PreviewCell({ preview }: { preview: string | null }) {
  const text = previewText(preview);
  return text ? (
    <span className="truncate text-muted" title={preview ?? undefined}>
      {text}
    </span>
  ) : null;
}

export function LevelCell({ level, count, message }: { level: Level; count?: number; message?: string | null }) {
  if (level === 'DEFAULT' || level === 'DEBUG')
    return <span className="text-faint text-xs">{level === 'DEBUG' ? 'debug' : ''}</span>;
  const failed = level === 'ERROR';
  const Icon = failed ? CircleX : TriangleAlert;
  return (
    <Badge tone={failed ? 'danger' : 'warning'} title={message ?? undefined}>
      <Icon aria-hidden /> {count !== undefined && count > 1 ? count : ''} {failed ? 'error' : 'warning'}
      {count !== undefined && count > 1 ? 's' : ''}
    </Badge>
  );
}

export function ListCell({ values }: { values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <span className="flex min-w-0 gap-1 overflow-hidden" title={values.join(', ')}>
      {values.slice(0, 4).map((value) => (
        <Badge key={value} className="min-w-0 shrink last:shrink">
          <span className="truncate">{value}</span>
        </Badge>
      ))}
      {values.length > 4 && <span className="text-faint text-xs">+{values.length - 4}</span>}
    </span>
  );
}

type ScoreCellValue = z.infer<typeof scoreCell>;

/** The value of a folded score: a mean, true or false (a share when several were folded), or its texts. */
export function scoreText({ dataType, mean, values, count }: ScoreCellValue): string {
  if (mean === null) return values.join(', ');
  if (dataType === 'BOOLEAN') return count === 1 ? (mean === 1 ? 'true' : 'false') : `${Math.round(mean * 100)} %`;
  return formatNumber(Math.round(mean * 1_000) / 1_000);
}

export function ScoresCell({ scores }: { scores: readonly ScoreCellValue[] }) {
  if (scores.length === 0) return null;
  return (
    <span
      className="flex min-w-0 gap-1 overflow-hidden"
      title={scores.map((score) => `${score.name}: ${scoreText(score)}`).join('\n')}
    >
      {scores.slice(0, 3).map((score) => (
        <Badge key={score.name} tone="outline" className="min-w-0">
          <span className="truncate">{score.name}</span>
          <span className="shrink-0 text-fg">{scoreText(score)}</span>
        </Badge>
      ))}
      {scores.length > 3 && <span className="text-faint text-xs">+{scores.length - 3}</span>}
    </span>
  );
}

export function BookmarkSign() {
  return <Bookmark role="img" aria-label="Bookmarked" className="mr-1.5 size-3 shrink-0 fill-accent text-accent" />;
}

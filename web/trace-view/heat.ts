/** Class of a duration bar by the step's share of the whole trace: what takes most of the time stands out. */
export function heatOf(share: number): string {
  if (share >= 0.5) return 'bg-danger';
  if (share >= 0.25) return 'bg-warning';
  return 'bg-success';
}

/**
 * A model's name without what two senders of one call write differently: the provider before it (`openai/`, `us.anthropic.`), JSON quotes,
 * the date or `latest` behind it. `gpt-4o` and `gpt-4o-mini` stay two models.
 */
export function modelFamily(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^.*[/]/, '')
    .replace(/^(?:[a-z-]+\.)+(?=[a-z])/, '')
    .replace(/\[\d+[km]\]$/, '')
    .replace(/(?:-v\d+)?(?::\d+)?$/, '')
    .replace(/[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
}

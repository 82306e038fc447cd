import { expect, it } from 'vitest';
import { previewText } from './preview-text.ts';

it('leaves texts, on one line', () => {
  expect(previewText('Where is\n\n  my order?')).toBe('Where is my order?');
  expect(previewText(null)).toBe('');
  expect(previewText('"quoted \\"text\\""')).toBe('quoted "text"');
});

it('takes the newest text of cut JSON', () => {
  expect(previewText('{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is\\nmy ord')).toBe(
    'Where is my ord',
  );
  expect(previewText('[{"role":"user","content":[{"type":"text","text":"注文"}]}]')).toBe('注文');
  expect(previewText('{"question":"Why?"}')).toBe('Why?');
  expect(previewText('{"content":"cut in an escape \\u00')).toBe('cut in an escape');
});

it('leaves JSON without texts as it is', () => {
  expect(previewText('{"order_id": 5,\n "fields": []}')).toBe('{"order_id": 5, "fields": []}');
});

import type { Language } from '../../../examples/model-server/language.ts';

export interface Person {
  id: string;
  language: Language;
}

const FIRST: Record<Language, string[]> = {
  en: [
    'olivia',
    'noah',
    'amelia',
    'liam',
    'sofia',
    'lucas',
    'emma',
    'james',
    'grace',
    'henry',
    'ines',
    'marco',
    'elena',
    'jonas',
    'freya',
    'oscar',
    'nina',
    'pavel',
    'aisha',
    'diego',
  ],
  de: ['anna', 'lukas', 'lena', 'felix', 'marie', 'paul', 'greta'],
  zh: ['wei', 'li', 'jing', 'hao', 'xin'],
  ar: ['omar', 'layla', 'yusuf', 'salma'],
};
const LAST: Record<Language, string[]> = {
  en: ['smith', 'garcia', 'jones', 'novak', 'brown', 'rossi', 'taylor', 'silva', 'wilson', 'dubois', 'evans', 'larsen'],
  de: ['keller', 'schmidt', 'weber', 'vogel', 'brandt', 'huber'],
  zh: ['chen', 'wang', 'zhao', 'liu', 'huang'],
  ar: ['haddad', 'nasser', 'khalil', 'saleh'],
};
const SHARE: [Language, number][] = [
  ['en', 148],
  ['de', 28],
  ['zh', 14],
  ['ar', 10],
];

/** The 200 people who use the demo's applications: most write English, some German, Chinese, Arabic. */
export const PEOPLE: readonly Person[] = SHARE.flatMap(([language, share]) =>
  Array.from({ length: share }, (_, i) => {
    const first = FIRST[language][i % FIRST[language].length]!;
    const last = LAST[language][Math.floor(i / FIRST[language].length + i) % LAST[language].length]!;
    return { id: `${first}.${last}.${(i * 37 + language.length * 11 + 100) % 1000}`, language };
  }),
);

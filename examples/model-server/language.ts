export type Language = 'en' | 'de' | 'zh' | 'ar';

/** The language of a customer's message, among those that the stand-in model speaks. */
export function languageOf(text: string): Language {
  if (/[\u4e00-\u9fff]/.test(text)) return 'zh';
  if (/[\u0600-\u06ff]/.test(text)) return 'ar';
  if (/\b(ich|mein|meine|bitte|bestellung|und|nicht|wo|ist|wie|für|kann|paket|danke|eine|der|die|das)\b/i.test(text)) return 'de';
  return 'en';
}

export type Intent = 'order_status' | 'return' | 'address' | 'billing' | 'product' | 'complaint' | 'thanks' | 'other';

const INTENTS: [Intent, RegExp][] = [
  [
    'return',
    /return|refund|send (it|them) back|exchange|too small|too big|zurück|umtausch|erstattung|zu klein|zu groß|退货|退款|换|إرجاع|استرداد|استبدال/i,
  ],
  ['address', /address|wrong street|moved|adresse|umgezogen|地址|عنوان/i],
  ['billing', /invoice|charged|payment|receipt|vat|rechnung|abgebucht|zahlung|发票|扣款|付款|فاتورة|الدفع|خصم/i],
  ['complaint', /broken|damaged|terrible|unacceptable|third time|kaputt|beschädigt|enttäuscht|坏|破损|失望|مكسور|تالف|سيئ/i],
  [
    'order_status',
    /where|on its way|NL-\d|order|parcel|package|deliver|arriv|track|shipping|bestellung|paket|lieferung|wann|sendung|订单|包裹|快递|到|物流|طلب|شحن|توصيل|وصول/i,
  ],
  ['product', /waterproof|size|weight|material|warm|fit|recommend|wasserdicht|größe|empfehl|防水|尺码|推荐|مقاوم|مقاس|توصي/i],
  ['thanks', /thank|great|perfect|danke|super|谢谢|شكر/i],
];

/** What a customer wants, by the words of the message. */
export const intentOf = (text: string): Intent => INTENTS.find(([, words]) => words.test(text))?.[0] ?? 'other';

/** The words of other languages that the stand-in embedding knows to mean the same as an English one. */
const GLOSSARY: [RegExp, string][] = [
  [/urlaubs?(tage?)?|年假|假期|إجازة/gi, ' vacation '],
  [/übertragen|märz|结转|ترحيل/gi, ' carry over march '],
  [/von zu hause|homeoffice|在家|远程|عن بعد/gi, ' remotely days week '],
  [/eu-ausland|国外|الخارج/gi, ' remote another country '],
  [/krank|病假|مرض/gi, ' sick doctor note '],
];

/** A text with the foreign words of the glossary in English. */
export const withGlossary = (text: string): string =>
  GLOSSARY.reduce((said, [word, english]) => said.replace(word, english), text);

/** The order number in a message, if there is one. */
export const orderNumberIn = (text: string): string | null => /\bNL-\d{5}\b/i.exec(text)?.[0].toUpperCase() ?? null;

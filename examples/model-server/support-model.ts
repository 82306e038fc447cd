import type { Message, ToolCall } from '../kit/model-client.ts';
import { type Intent, intentOf, type Language, languageOf, orderNumberIn } from './language.ts';

/** The planner: which intent, which tools, which language, as JSON. */
export function plan(messages: readonly Message[]): string {
  const conversation = messages.filter((message) => message.role === 'user').map((message) => message.content ?? '');
  const text = conversation.at(-1) ?? '';
  const intent = intentOf(text);
  const order = orderNumberIn(text) ?? conversation.map(orderNumberIn).findLast((number) => number !== null) ?? null;
  const tools: Record<Intent, string[]> = {
    order_status: ['get_order', 'track_shipment'],
    return: ['get_order', 'create_return'],
    address: ['get_order'],
    billing: ['get_order'],
    complaint: ['get_order', 'open_ticket'],
    product: [],
    thanks: [],
    other: [],
  };
  return JSON.stringify({
    intent,
    language: languageOf(text),
    order,
    tools: order ? tools[intent] : [],
    needs_policy: !['thanks', 'order_status'].includes(intent),
  });
}

interface Order {
  number: string;
  product: string;
  status: string;
  total: number;
  placed: string;
}

interface Facts {
  order?: Order;
  shipment?: { carrier: string; status: string; eta: string; city: string };
  return?: { label: string; until: string };
  ticket?: { id: string };
  failed: boolean;
  question: string;
}

function factsOf(messages: readonly Message[]): Facts {
  const start = messages.findLastIndex((message) => message.role === 'user');
  const facts: Facts = { failed: false, question: messages[start]?.content ?? '' };
  for (const message of messages.slice(start)) {
    if (message.role !== 'tool') continue;
    const result = JSON.parse(message.content) as Record<string, unknown>;
    if ('error' in result) facts.failed = true;
    else if ('product' in result) facts.order = result as unknown as Order;
    else if ('carrier' in result) facts.shipment = result as Facts['shipment'];
    else if ('label' in result) facts.return = result as Facts['return'];
    else if ('ticket' in result) facts.ticket = { id: String(result.ticket) };
  }
  return facts;
}

type Phrases = Record<
  | 'status'
  | 'stillWaiting'
  | 'returned'
  | 'address'
  | 'billing'
  | 'complaint'
  | 'product'
  | 'thanks'
  | 'other'
  | 'failed'
  | 'unknownOrder'
  | 'askOrder',
  (facts: Facts) => string
>;

const order = (facts: Facts) => facts.order ?? { number: '', product: '', status: '', total: 0, placed: '' };

const PHRASES: Record<Language, Phrases> = {
  en: {
    status: (f) =>
      `Your order ${order(f).number} (${order(f).product}) is ${f.shipment!.status} with ${f.shipment!.carrier}, last seen in ${f.shipment!.city}. It should reach you on ${f.shipment!.eta}.`,
    stillWaiting: (f) =>
      `Your order ${order(f).number} (${order(f).product}) is ${order(f).status}. As soon as the carrier has it, you get a tracking link by e-mail.`,
    returned: (f) =>
      `Done: the return label ${f.return!.label} for your ${order(f).product} is on its way to your inbox. Please send it until ${f.return!.until}; the refund of €${order(f).total} follows within five working days.`,
    address: (f) =>
      `The delivery address of ${order(f).number} can be changed until the parcel leaves us; it is now ${order(f).status}. I have sent you a link where you confirm the new address.`,
    billing: (f) =>
      `For ${order(f).number} we charged €${order(f).total} once, on ${order(f).placed}. I have sent the invoice to your e-mail address again.`,
    complaint: (f) =>
      `I am sorry about your ${order(f).product}. I opened ticket ${f.ticket?.id ?? 'for you'}, and a colleague sends a replacement or a full refund, as you prefer, within one working day.`,
    product: () =>
      'Yes: our shell jackets keep out rain up to a 20,000 mm water column, and the seams are taped. If you stand between two sizes, take the larger one, so that a fleece fits underneath.',
    thanks: () => 'You are welcome! Enjoy the trip.',
    other: () => 'I can help you with orders, returns, invoices and our products. What would you like to know?',
    failed: (f) =>
      `I cannot reach the carrier right now. Your order ${order(f).number} is ${order(f).status}; please ask me again in an hour, or use the tracking link in your e-mail.`,
    unknownOrder: () =>
      'I cannot find that order number. It starts with NL- and has five digits; you find it in your confirmation e-mail.',
    askOrder: () => 'Gladly! Please tell me your order number; it starts with NL- and is in your confirmation e-mail.',
  },
  de: {
    status: (f) =>
      `Ihre Bestellung ${order(f).number} (${order(f).product}) ist mit ${f.shipment!.carrier} unterwegs, zuletzt in ${f.shipment!.city}. Sie sollte am ${f.shipment!.eta} bei Ihnen sein.`,
    stillWaiting: (f) =>
      `Ihre Bestellung ${order(f).number} (${order(f).product}) wird gerade gepackt. Sobald der Zusteller sie hat, bekommen Sie den Link zur Sendungsverfolgung per E-Mail.`,
    returned: (f) =>
      `Erledigt: Das Rücksendeetikett ${f.return!.label} für ${order(f).product} kommt per E-Mail. Bitte bis ${f.return!.until} zurückschicken; die Erstattung von ${order(f).total} € folgt in fünf Werktagen.`,
    address: (f) =>
      `Die Lieferadresse von ${order(f).number} lässt sich ändern, bis das Paket unser Lager verlässt. Ich habe Ihnen einen Link zum Bestätigen der neuen Adresse geschickt.`,
    billing: (f) =>
      `Für ${order(f).number} haben wir ${order(f).total} € einmal abgebucht, am ${order(f).placed}. Die Rechnung ist noch einmal an Sie unterwegs.`,
    complaint: (f) =>
      `Das tut mir leid. Zu Ihrem Artikel ${order(f).product} habe ich das Ticket ${f.ticket?.id ?? ''} geöffnet; eine Kollegin meldet sich innerhalb eines Werktags mit Ersatz oder Erstattung.`,
    product: () =>
      'Ja: Unsere Hardshell-Jacken halten bis 20.000 mm Wassersäule dicht, die Nähte sind verklebt. Wer zwischen zwei Größen liegt, nimmt die größere, dann passt ein Fleece darunter.',
    thanks: () => 'Sehr gern! Viel Freude auf der Tour.',
    other: () => 'Ich helfe Ihnen bei Bestellungen, Rücksendungen, Rechnungen und unseren Produkten. Worum geht es?',
    failed: (f) =>
      `Ich erreiche den Zusteller gerade nicht. Ihre Bestellung ${order(f).number} ist versendet; bitte fragen Sie in einer Stunde noch einmal.`,
    unknownOrder: () =>
      'Diese Bestellnummer finde ich nicht. Sie beginnt mit NL- und hat fünf Ziffern; Sie finden sie in der Bestätigungsmail.',
    askOrder: () => 'Gern! Bitte nennen Sie mir Ihre Bestellnummer; sie beginnt mit NL- und steht in der Bestätigungsmail.',
  },
  zh: {
    status: (f) =>
      `您的订单 ${order(f).number}（${order(f).product}）已由 ${f.shipment!.carrier} 承运，目前在 ${f.shipment!.city}，预计 ${f.shipment!.eta} 送达。`,
    stillWaiting: (f) => `您的订单 ${order(f).number}（${order(f).product}）正在打包，发货后我们会通过邮件发送物流链接。`,
    returned: (f) =>
      `已为您办理退货，退货单号 ${f.return!.label} 已发送到您的邮箱。请在 ${f.return!.until} 之前寄回，退款 ${order(f).total} 欧元将在五个工作日内到账。`,
    address: (f) => `订单 ${order(f).number} 发货前可以修改地址，我已将确认链接发送到您的邮箱。`,
    billing: (f) => `订单 ${order(f).number} 只扣款一次，金额 ${order(f).total} 欧元，日期 ${order(f).placed}。发票已重新发送。`,
    complaint: (f) =>
      `非常抱歉给您带来不便。我已为 ${order(f).product} 创建工单 ${f.ticket?.id ?? ''}，同事会在一个工作日内为您换货或全额退款。`,
    product: () =>
      '可以的：我们的冲锋衣防水等级为 20,000 毫米，接缝全部压胶。如果介于两个尺码之间，建议选大一号，里面可以加抓绒。',
    thanks: () => '不客气，祝您旅途愉快！',
    other: () => '我可以帮您查询订单、退货、发票和产品信息，请问您想了解什么？',
    failed: (f) => `目前无法连接物流公司。您的订单 ${order(f).number} 已发货，请一小时后再试。`,
    unknownOrder: () => '没有找到这个订单号。订单号以 NL- 开头，后面是五位数字，请在确认邮件中查看。',
    askOrder: () => '好的，请告诉我您的订单号，它以 NL- 开头，在确认邮件中可以找到。',
  },
  ar: {
    status: (f) =>
      `طلبك ${order(f).number} (${order(f).product}) مع ${f.shipment!.carrier} وآخر موقع له ${f.shipment!.city}. من المتوقع وصوله في ${f.shipment!.eta}.`,
    stillWaiting: (f) => `طلبك ${order(f).number} (${order(f).product}) قيد التجهيز، وسنرسل لك رابط التتبع بالبريد فور شحنه.`,
    returned: (f) =>
      `تم: أرسلنا ملصق الإرجاع ${f.return!.label} إلى بريدك. يرجى الإرسال قبل ${f.return!.until}، وسيصلك مبلغ ${order(f).total} يورو خلال خمسة أيام عمل.`,
    address: (f) => `يمكن تغيير عنوان الطلب ${order(f).number} قبل مغادرته المستودع. أرسلت لك رابط تأكيد العنوان الجديد.`,
    billing: (f) =>
      `تم خصم ${order(f).total} يورو مرة واحدة للطلب ${order(f).number} بتاريخ ${order(f).placed}، وأعدنا إرسال الفاتورة.`,
    complaint: (f) =>
      `نعتذر عما حدث. فتحت تذكرة ${f.ticket?.id ?? ''} بخصوص ${order(f).product}، وسيتواصل معك زميل خلال يوم عمل لاستبداله أو رد المبلغ كاملا.`,
    product: () => 'نعم، ستراتنا مقاومة للماء حتى 20,000 مم ودرزاتها محكمة. إذا كنت بين مقاسين فاختر الأكبر.',
    thanks: () => 'على الرحب والسعة! رحلة سعيدة.',
    other: () => 'يمكنني مساعدتك في الطلبات والإرجاع والفواتير والمنتجات. كيف أساعدك؟',
    failed: (f) => `لا أستطيع الوصول إلى شركة الشحن الآن. طلبك ${order(f).number} تم شحنه، يرجى المحاولة بعد ساعة.`,
    unknownOrder: () => 'لم أجد رقم الطلب هذا. يبدأ الرقم بـ NL- ويتكون من خمسة أرقام وتجده في رسالة التأكيد.',
    askOrder: () => 'بكل سرور! ما رقم طلبك؟ يبدأ بـ NL- وتجده في رسالة التأكيد.',
  },
};

/** What a model adds when its prompt asks it to be thorough: a lot of text around, and sometimes in place of, the answer. */
const PADDING: Record<Language, [opening: string, closing: string]> = {
  en: [
    'Thank you so much for reaching out to us today! I completely understand how important this is to you, and I want to make sure that you have the full picture. Before I come to your question, let me briefly explain how it works behind the scenes: every order passes through our warehouse in Leipzig, where it is picked, checked twice, packed by hand and handed over to one of our delivery partners, who then scan it at every hub along the way.',
    'I hope that this gives you a comprehensive overview of all the steps involved. As you can see, there are many factors that play together here, and while each of them may take some time, our team is working hard on every single one. If you have any further questions about this topic or any other, please never hesitate to write to us again at any time. We truly appreciate your patience and your trust!',
  ],
  de: [
    'Vielen herzlichen Dank für Ihre Nachricht! Ich verstehe vollkommen, wie wichtig Ihnen das ist, und möchte Ihnen ein vollständiges Bild geben. Zunächst kurz zum Hintergrund: Jede Bestellung durchläuft unser Lager in Leipzig, wird dort herausgesucht, zweimal geprüft, von Hand verpackt und an einen unserer Zustellpartner übergeben, der sie an jedem Umschlagpunkt scannt.',
    'Ich hoffe, dass Ihnen das einen umfassenden Überblick über alle Schritte gibt. Wie Sie sehen, spielen hier viele Dinge zusammen, und unser Team arbeitet an jedem einzelnen mit Hochdruck. Bei weiteren Fragen schreiben Sie uns jederzeit gern wieder. Wir danken Ihnen für Ihre Geduld und Ihr Vertrauen!',
  ],
  zh: [
    '非常感谢您今天联系我们！我们完全理解这件事对您的重要性，也希望为您提供完整的说明。首先简单介绍一下背景：每个订单都会经过我们在莱比锡的仓库，由同事拣货、两次核对、手工包装，然后交给物流合作伙伴，并在每个中转站扫描。',
    '希望以上内容能让您全面了解所有步骤。如您所见，这里涉及很多环节，我们的团队正在认真处理每一个环节。如有任何其他问题，欢迎随时联系我们。衷心感谢您的耐心与信任！',
  ],
  ar: [
    'شكرا جزيلا لتواصلك معنا اليوم! نتفهم تماما أهمية هذا الأمر بالنسبة لك ونود أن نقدم لك الصورة كاملة. في البداية نوضح باختصار كيف تسير الأمور: يمر كل طلب بمستودعنا في لايبزيغ حيث يتم تجهيزه ومراجعته مرتين وتغليفه يدويا ثم تسليمه إلى أحد شركاء الشحن.',
    'نأمل أن يكون هذا قد قدم لك نظرة شاملة على جميع الخطوات. كما ترى هناك عوامل كثيرة تتداخل هنا وفريقنا يعمل بجد على كل منها. إذا كانت لديك أي أسئلة أخرى فلا تتردد في مراسلتنا في أي وقت. نقدر صبرك وثقتك!',
  ],
};

function phraseFor(intent: Intent, facts: Facts, hasOrderNumber: boolean): keyof Phrases {
  if (intent === 'thanks' || intent === 'product' || intent === 'other') return intent;
  if (!facts.order) return hasOrderNumber ? 'unknownOrder' : 'askOrder';
  if (intent === 'return') return facts.return ? 'returned' : 'failed';
  if (intent === 'address' || intent === 'billing' || intent === 'complaint') return intent;
  if (facts.shipment) return 'status';
  return facts.failed ? 'failed' : 'stillWaiting';
}

/** The tools that the plan names and that were not called yet in this turn, as calls; empty when it is time to answer. */
function missingCalls(messages: readonly Message[], system: string, call: (name: string, args: unknown) => ToolCall): ToolCall[] {
  const planned = /^Plan: (.*)$/m.exec(system);
  if (!planned) return [];
  const { tools, order: number } = JSON.parse(planned[1]!) as { tools: string[]; order: string | null };
  const start = messages.findLastIndex((message) => message.role === 'user');
  const called = messages.slice(start).flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  const missing = tools.filter((name) => !called.some((made) => made.name === name));
  // The order first; what depends on it, together, after it.
  const next = missing.includes('get_order') ? ['get_order'] : missing;
  const unknown = messages.slice(start).some((message) => message.role === 'tool' && message.content.includes('order_not_found'));
  if (unknown) return [];
  return next.map((name) =>
    call(name, name === 'open_ticket' ? { order_number: number, priority: 'high' } : { order_number: number }),
  );
}

/** The model that talks to customers: asks for tools until it has what the plan wants, then answers in the customer's language. */
export function answerCustomer(
  messages: readonly Message[],
  call: (name: string, args: unknown) => ToolCall,
): { content: string | null; toolCalls: ToolCall[] } {
  const system = messages[0]?.role === 'system' ? messages[0].content : '';
  const calls = missingCalls(messages, system, call);
  if (calls.length > 0) return { content: null, toolCalls: calls };
  const question = messages.findLast((message) => message.role === 'user')?.content ?? '';
  const language = languageOf(question);
  const facts = factsOf(messages);
  const said = PHRASES[language][phraseFor(intentOf(question), facts, /"order":"NL/.test(system))](facts);
  if (!/thorough/i.test(system)) return { content: said, toolCalls: [] };
  const [opening, closing] = PADDING[language];
  return { content: `${opening}\n\n${said}\n\n${closing}`, toolCalls: [] };
}

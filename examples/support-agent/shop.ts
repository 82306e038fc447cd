import { hash } from '../kit/random.ts';
import type { Document } from '../kit/search.ts';

const PRODUCTS: [name: string, price: number][] = [
  ['Fjell 45 trekking backpack', 189],
  ['Skagen hardshell jacket', 279],
  ['Lofoten two-person tent', 429],
  ['Tromsø down sleeping bag', 349],
  ['Rondane hiking boots', 219],
  ['Hardanger merino base layer', 89],
  ['Jotun trekking poles', 119],
  ['Vesterålen camping stove', 74.9],
];
const CARRIERS = ['DHL', 'DPD', 'GLS', 'UPS'];
const CITIES = ['Leipzig', 'Hamburg', 'Köln', 'Wien', 'Rotterdam', 'Lyon', 'Warszawa'];

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const DAY = 86_400_000;

/** The shop's order system: every number from NL-10000 to NL-99899 is an order, with facts that follow from the number. */
export function findOrder(number: string, now: number) {
  const digits = Number(/^NL-(\d{5})$/.exec(number)?.[1] ?? Number.NaN);
  if (!(digits >= 10_000) || digits >= 99_900) return null;
  const fact = hash(number);
  const [product, total] = PRODUCTS[fact % PRODUCTS.length]!;
  const age = 1 + (fact % 9);
  const status = age <= 1 ? 'being packed' : age <= 5 ? 'in transit' : 'delivered';
  return { number, product, total, status, placed: day(now - age * DAY) };
}

export function trackShipment(number: string, now: number) {
  const fact = hash(`${number} shipment`);
  const status = fact % 5 === 0 ? 'out for delivery' : 'in transit';
  return {
    carrier: CARRIERS[fact % CARRIERS.length]!,
    status,
    city: CITIES[fact % CITIES.length]!,
    eta: day(now + (1 + (fact % 3)) * DAY),
  };
}

export function createReturn(number: string, now: number) {
  return { label: `RET-${(hash(number) % 900_000) + 100_000}`, until: day(now + 14 * DAY) };
}

export const openTicket = (number: string) => ({ ticket: `T-${(hash(`${number} ticket`) % 90_000) + 10_000}` });

/** What the agent may look up before it answers. */
export const POLICIES: Document[] = [
  {
    id: 'returns',
    title: 'Returns',
    text: 'Customers may return unused articles within 30 days of delivery. The label is free. The refund follows within five working days after the parcel is back. Tents that were pitched outdoors are inspected first.',
  },
  {
    id: 'exchange',
    title: 'Exchange of size',
    text: 'An article that is too small or too big is exchanged for free once. The new size is sent as soon as the return label is scanned by the carrier.',
  },
  {
    id: 'address',
    title: 'Change of address',
    text: 'The delivery address of an order can be changed until the parcel leaves the warehouse. After that, only the carrier can redirect it.',
  },
  {
    id: 'invoice',
    title: 'Invoices and payment',
    text: 'Invoices are sent by e-mail on the day of dispatch and can be sent again at any time. Cards are charged when the parcel leaves, never before. VAT is shown on the invoice.',
  },
  {
    id: 'damage',
    title: 'Damaged articles',
    text: 'Articles that arrive broken or damaged are replaced or refunded in full. A photo helps and is not required. Open a ticket with high priority.',
  },
  {
    id: 'delivery',
    title: 'Delivery times',
    text: 'Parcels arrive within two to four working days inside the EU and within five to nine elsewhere. Tracking starts when the carrier scans the parcel.',
  },
  {
    id: 'jackets',
    title: 'Jackets: size and care',
    text: 'Hardshell jackets are waterproof to 20,000 mm. Between two sizes, take the larger one. Wash at 30 degrees without softener and renew the impregnation once a year.',
  },
  {
    id: 'warranty',
    title: 'Warranty',
    text: 'Zips, buckles and seams have a warranty of three years. Repairs take about ten working days.',
  },
];

import type { Document } from '../kit/search.ts';

/** The handbook of a company, in passages. */
export const HANDBOOK: Document[] = [
  {
    id: 'vacation',
    title: 'Vacation',
    text: 'Every employee has 30 days of vacation a year. Up to five unused days carry over until the end of March. Vacation of more than two weeks is agreed six weeks ahead.',
  },
  {
    id: 'remote',
    title: 'Remote work',
    text: 'Employees may work remotely up to three days a week. Working from another EU country is possible for 20 days a year after approval by the people team.',
  },
  {
    id: 'expenses',
    title: 'Travel expenses',
    text: 'Train tickets in second class are always reimbursed. Flights need approval when the train takes less than six hours. Receipts are submitted within 30 days in the expenses tool.',
  },
  {
    id: 'laptop',
    title: 'Laptops and equipment',
    text: 'A laptop is replaced every three years. A broken laptop is reported to the help desk, which lends another one on the same day. Monitors for the home office are provided on request.',
  },
  {
    id: 'sick',
    title: 'Sick leave',
    text: "Sick employees tell their team before 9:30. A doctor's note is required from the fourth day on. Sick days during vacation are given back.",
  },
  {
    id: 'parental',
    title: 'Parental leave',
    text: 'Parental leave is announced seven weeks ahead. The company pays the difference to the full salary for the first two months.',
  },
  {
    id: 'training',
    title: 'Training budget',
    text: 'Every employee has a training budget of 1,500 euros a year. Conferences count half. Books are paid without a budget.',
  },
  {
    id: 'security',
    title: 'Passwords and devices',
    text: 'Passwords are kept in the password manager only. Every device is encrypted and locks after five minutes. A lost device is reported within one hour to the security team.',
  },
  {
    id: 'oncall',
    title: 'On-call duty',
    text: 'On-call duty changes every Tuesday. It is paid with 300 euros a week and half a day off. Nobody is on call more than one week in five.',
  },
  {
    id: 'onboarding',
    title: 'First days',
    text: 'New colleagues get a buddy for the first three months. Access to systems is requested by the team lead one week before the first day.',
  },
  {
    id: 'bonus',
    title: 'Referral bonus',
    text: 'Whoever refers a colleague gets a bonus of 2,000 euros after the trial period has passed.',
  },
  { id: 'events', title: 'Team events', text: 'Each team has 60 euros per person and quarter for events. Alcohol is not paid.' },
];

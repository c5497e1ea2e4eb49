import { thousands } from '../../text/thousands';
import type { FamilyType, Listing, PersonaId, SearchAnswer } from '../../../client/types';
import { ask, type Answer } from './api';
import { el } from './dom';
import { number, won } from './format';

/** As people in Korea would call themselves. */
const PERSONAS: Readonly<Record<PersonaId | 'none', string>> = {
  none: '상관없음',
  first_car_anxiety: '첫 차가 걱정인 사람',
  working_mom: '워킹맘',
  mz_office_worker: 'MZ 직장인',
  camping_lover: '캠핑족',
  large_family_dad: '다둥이 아빠',
  ceo_executive: 'CEO',
};
const FAMILIES: Readonly<Record<FamilyType, string>> = {
  any: '상관없음',
  single: '혼자',
  couple: '둘이',
  young_children: '어린 자녀',
  large: '대가족',
};
const TIERS: Readonly<Record<string, string>> = {
  memory: 'from the memory of the function: Valkey told at most which catalogue is current',
  hit: 'a stored answer: one round trip to Valkey',
  index: 'from the index: the listings came from Valkey',
  database: 'from the database',
};
const SHOWN = 6;

/** A search form that shows cars, the tier that answered, and where the time went. */
export function searchForm(): HTMLElement[] {
  const options = (of: Readonly<Record<string, string>>, chosen: string) =>
    Object.entries(of).map(([value, name]) => el('option', { value, lang: 'ko', selected: value === chosen }, name));
  const field = (label: string, control: HTMLElement) => el('label', {}, el('span', {}, label), control);
  const price = (name: string, value: number) =>
    el('input', { name, type: 'number', min: 0, max: 1_000_000, step: 1, value, required: true });
  const result = el('div', { class: 'result', 'aria-live': 'polite' });
  const form = el(
    'form',
    { class: 'form' },
    field('Persona', el('select', { name: 'persona' }, ...options(PERSONAS, 'working_mom'))),
    field('From, 만원', price('budgetMin', 2_500)),
    field('To, 만원', price('budgetMax', 3_200)),
    field(
      'Usage, without persona',
      el('input', { name: 'usage', lang: 'ko', maxlength: 200, placeholder: '캠핑, 차박' }),
    ),
    field('Family', el('select', { name: 'familyType' }, ...options(FAMILIES, 'any'))),
    el('button', { class: 'primary' }, 'Search'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void search(form, result);
  });
  return [el('h3', {}, 'Search for a car'), form, result];
}

async function search(form: HTMLFormElement, result: HTMLElement): Promise<void> {
  const given = [...new FormData(form)].filter(([, value]) => value !== '') as [string, string][];
  const query = new URLSearchParams([...given, ['limit', String(SHOWN)]]);
  try {
    const answer = await ask<SearchAnswer>(`/v1/vehicles/search?${query.toString()}`);
    result.replaceChildren(where(answer), el('ul', { class: 'cars' }, ...answer.body.vehicles.map(car)));
  } catch (error) {
    result.replaceChildren(el('p', { class: 'unknown' }, (error as Error).message));
  }
}

function where({ body: { total }, tier, timing, milliseconds }: Answer<SearchAnswer>): HTMLElement {
  return el(
    'p',
    { class: 'where' },
    el('b', {}, `${thousands(total)} cars`),
    el('span', { class: 'badge', 'data-tier': tier }, tier),
    el('span', {}, TIERS[tier] ?? ''),
    el('span', { class: 'quiet' }, `${number(milliseconds)} ms in the browser; ${timing}`),
  );
}

function car({
  vehicle_id,
  manufacturer,
  model,
  model_year,
  price,
  distance,
  fuel_type,
  location,
  photo,
}: Listing): HTMLElement {
  const name = [manufacturer, model].filter(Boolean).join(' ');
  const facts = [
    model_year && `${model_year}년`,
    distance !== null && `${distance.toLocaleString('ko-KR')}km`,
    fuel_type,
    location,
  ];
  const source = `/v1/images/${(photo ?? '').replace(/^\//, '')}`;
  return el(
    'li',
    { 'data-vehicle': vehicle_id },
    photo === null
      ? el('span', { class: 'photo' })
      : el('img', { class: 'photo', src: source, alt: '', loading: 'lazy' }),
    el('b', { lang: 'ko' }, name),
    el('span', { class: 'price', lang: 'ko' }, won(price)),
    el('span', { class: 'quiet', lang: 'ko' }, facts.filter(Boolean).join(' · ')),
  );
}

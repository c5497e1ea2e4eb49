import { PERSONA_IDS, type FamilyType, type OrderId, type PersonaId } from './orders';

/** One search, in canonical form: two questions with the same answer have the same form, and so the same key. */
export interface Question {
  /** 만원, 0 to 1,000,000, at most budgetMax. */
  budgetMin: number;
  budgetMax: number;
  persona: PersonaId | 'none';
  includeLease: boolean;
  usage: 'camping' | 'any';
  familyType: FamilyType | 'any';
  /** 1 to 100. */
  limit: number;
  /** 0 to 10,000. */
  offset: number;
}

/** Budgets that the personas typically ask for (만원). */
const TYPICAL_BUDGETS: Readonly<Record<PersonaId, readonly [number, number]>> = {
  first_car_anxiety: [1600, 2000],
  working_mom: [2500, 3200],
  mz_office_worker: [3800, 4800],
  camping_lover: [2500, 4000],
  large_family_dad: [2500, 4500],
  ceo_executive: [4500, 7000],
};

export const DEFAULT_LIMIT = 20;

/** What each persona typically asks for; the warm-up precomputes the answers. */
export const TYPICAL_QUESTIONS: readonly Question[] = PERSONA_IDS.map((persona) => ({
  budgetMin: TYPICAL_BUDGETS[persona][0],
  budgetMax: TYPICAL_BUDGETS[persona][1],
  persona,
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: DEFAULT_LIMIT,
  offset: 0,
}));

/** @returns the order that answers the question. */
export function orderOf(question: Question): OrderId {
  if (question.persona !== 'none') return question.persona;
  return question.usage === 'camping' ? 'camping_lover' : 'newest';
}

/**
 * Brings the free parts of a question to their canonical form.
 * @param usage free text; camping if it contains 캠핑 or 차박 or is `camping`, and always `any` with a persona.
 * @param familyType `single` and `couple` have no effect and become `any`.
 */
export function canonical(
  parts: Omit<Question, 'usage' | 'familyType'> & {
    usage: string;
    familyType: Question['familyType'] | 'single' | 'couple';
  },
): Question {
  // Hangul typed on macOS can arrive decomposed.
  const usage = parts.usage.normalize('NFC');
  const camping = parts.persona === 'none' && (usage === 'camping' || /캠핑|차박/.test(usage));
  const { familyType } = parts;
  return {
    budgetMin: parts.budgetMin,
    budgetMax: parts.budgetMax,
    persona: parts.persona,
    includeLease: parts.includeLease,
    usage: camping ? 'camping' : 'any',
    familyType: familyType === 'single' || familyType === 'couple' ? 'any' : familyType,
    limit: parts.limit,
    offset: parts.offset,
  };
}

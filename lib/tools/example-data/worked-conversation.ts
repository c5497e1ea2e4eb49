import type { ChangedSearch } from '../../client/types';

/** What a person says, and what the agents understand: it is written down, because no language model runs here. */
export interface WorkedQuestion {
  said: string;
  revealed?: string;
  needs: ChangedSearch;
}

/** What the person says first. */
export const OPENING = '아이와 탈 차를 찾아요';

/** What the person goes on to say, in this order. */
export const QUESTIONS: Readonly<Record<'budget' | 'golf' | 'camping', WorkedQuestion>> = {
  budget: { said: '예산은 2500에서 3200이에요', needs: { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom' } },
  golf: { said: '아, 골프도 치는데...', revealed: '골프도 친다', needs: { persona: 'ceo_executive' } },
  camping: {
    said: '주말엔 캠핑도 가요. 4000까지 괜찮아요',
    revealed: '주말에 캠핑을 간다',
    needs: { persona: 'camping_lover', budgetMax: 4000 },
  },
};

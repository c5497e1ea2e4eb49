/** A model on the market: what it is, what it cost new (만원), and how often it is listed against the others. */
export interface Model {
  manufacturer: string;
  model: string;
  carType: string;
  originPrice: number;
  weight: number;
  fuels: readonly string[];
}

const GAS = ['가솔린'];
const ELECTRIC = ['전기'];
const GAS_DIESEL = ['가솔린', '디젤'];
const FAMILY = ['가솔린', '가솔린', '하이브리드', 'LPG(일반인 구입)'];
const SUV_FUELS = ['디젤', '디젤', '가솔린', '하이브리드'];

/** Maker: models as [name, car type, price new, weight, fuels]. Names carry their generation, as sellers write them. */
const MARKET: Readonly<Record<string, readonly (readonly [string, string, number, number, readonly string[]])[]>> = {
  현대: [
    ['아반떼 (CN7)', '준중형', 2500, 30, FAMILY],
    ['아반떼 AD', '준중형', 2100, 18, GAS_DIESEL],
    ['쏘나타 디 엣지 (DN8)', '중형', 3300, 14, FAMILY],
    ['쏘나타 뉴 라이즈', '중형', 2900, 12, FAMILY],
    ['그랜저 IG', '대형', 3900, 22, FAMILY],
    ['디 올 뉴 그랜저 (GN7)', '준대형', 4700, 18, FAMILY],
    ['투싼 (NX4)', 'SUV', 3300, 14, SUV_FUELS],
    ['디 올 뉴 싼타페', 'SUV', 4300, 14, SUV_FUELS],
    ['더 뉴 팰리세이드', 'SUV', 4900, 14, SUV_FUELS],
    ['베라크루즈', 'SUV', 4100, 2, ['디젤']],
    ['코나 일렉트릭', '소형 SUV', 4700, 5, ELECTRIC],
    ['아이오닉 5', 'SUV', 5500, 8, ELECTRIC],
    ['엑센트 (신형)', '소형', 1600, 3, GAS_DIESEL],
    ['캐스퍼', '경차', 1700, 7, GAS],
    ['스타리아', '승합', 3600, 7, ['디젤', 'LPG(일반인 구입)']],
    ['그랜드 스타렉스', '승합', 2800, 7, ['디젤']],
    ['포터 II', '화물', 2000, 12, ['디젤', '전기']],
    ['마이티', '상용', 5500, 2, ['디젤']],
    // Commercial only by a word in the name or the type.
    ['포터 II 캠핑카', 'RV', 5200, 1, ['디젤']],
    ['파비스', '대형 트럭', 9500, 1, ['디젤']],
  ],
  기아: [
    ['더 뉴 K3', '준중형', 2100, 13, GAS],
    ['K5 (DL3)', '중형', 3100, 16, FAMILY],
    ['K7 프리미어', '준대형', 3800, 8, FAMILY],
    ['K8', '준대형', 4300, 10, FAMILY],
    ['더 뉴 K9', '대형', 7000, 5, GAS],
    ['모닝 어반 (JA)', '경차', 1500, 16, GAS],
    ['레이', '경차', 1700, 11, GAS],
    ['스포티지 (NQ5)', 'SUV', 3500, 15, SUV_FUELS],
    ['쏘렌토 4세대', 'SUV', 4200, 22, SUV_FUELS],
    ['모하비 더 마스터', 'SUV', 5300, 6, ['디젤']],
    ['EV9', 'SUV', 8000, 3, ELECTRIC],
    ['EV6', 'SUV', 5600, 6, ELECTRIC],
    ['셀토스', '소형 SUV', 2700, 12, GAS_DIESEL],
    ['더 뉴 카니발 4세대', 'RV', 4300, 24, ['디젤', '디젤', '가솔린', '하이브리드']],
    ['카렌스', 'RV/MPV', 2300, 2, ['디젤', 'LPG(일반인 구입)']],
    ['봉고 III', '화물', 2000, 8, ['디젤', '전기']],
    ['봉고 III 푸드트럭', '승합', 3200, 1, ['디젤']],
  ],
  제네시스: [
    ['G70', '중형', 5000, 8, GAS_DIESEL],
    ['G80 (RG3)', '준대형', 6800, 20, GAS_DIESEL],
    ['G90 (RS4)', '대형', 11500, 8, GAS],
    ['EQ900', '대형', 10500, 4, GAS],
    ['GV70', 'SUV', 6200, 12, GAS_DIESEL],
    ['GV80', 'SUV', 7900, 14, GAS_DIESEL],
    ['GV60', 'SUV', 7000, 2, ELECTRIC],
  ],
  '쉐보레(GM대우)': [
    ['스파크', '경차', 1400, 10, GAS],
    ['말리부', '중형', 3000, 5, GAS],
    ['트랙스 크로스오버', '소형 SUV', 2500, 5, GAS],
    ['트래버스', '대형 SUV', 5800, 2, GAS],
    ['타호', 'SUV', 9300, 1, GAS],
    ['올란도', 'RV', 2600, 2, ['디젤']],
  ],
  '르노코리아(삼성)': [
    ['SM6', '중형', 2900, 6, FAMILY],
    ['QM6', 'SUV', 2900, 9, ['LPG(일반인 구입)', '디젤', '가솔린']],
    ['SM3', '준중형', 1800, 3, GAS],
    ['마스터', '승합', 3700, 1, ['디젤']],
  ],
  'KG모빌리티(쌍용)': [
    ['티볼리', '소형 SUV', 2200, 8, GAS_DIESEL],
    ['토레스', 'SUV', 3100, 5, GAS],
    ['렉스턴 스포츠 칸', '화물', 3600, 4, ['디젤']],
    ['올 뉴 렉스턴', 'SUV', 4500, 4, ['디젤']],
    ['체어맨 W', '대형', 7000, 1, GAS],
  ],
  쌍용: [
    ['코란도 C', 'SUV', 2700, 3, ['디젤']],
    ['티볼리 에어', '준중형', 2300, 2, GAS_DIESEL],
    ['G4 렉스턴', '대형 SUV', 4200, 2, ['디젤']],
    ['코란도 투리스모', 'RV/MPV', 3200, 2, ['디젤']],
  ],
  BMW: [
    ['3시리즈 (G20)', '중형', 6200, 12, GAS_DIESEL],
    ['5시리즈 (G30)', '준대형', 7600, 26, GAS_DIESEL],
    ['7시리즈 (G11)', '대형', 15500, 7, GAS_DIESEL],
    ['X3 (G01)', 'SUV', 7200, 7, GAS_DIESEL],
    ['X5 (G05)', 'SUV', 11500, 9, ['디젤', '가솔린', '가솔린+전기']],
    ['X6 (G06)', 'SUV', 12500, 4, GAS_DIESEL],
    ['X7', 'SUV', 15500, 4, GAS_DIESEL],
    ['3시리즈 투어링', '왜건', 6500, 1, GAS_DIESEL],
    ['M4', '스포츠카', 13500, 2, GAS],
  ],
  벤츠: [
    ['C클래스 W206', '중형', 7000, 8, GAS],
    ['E클래스 W213', '준대형', 8300, 28, GAS_DIESEL],
    ['E-클래스 W214', '준대형', 9200, 6, ['가솔린', '가솔린+전기']],
    ['S클래스 W223', '대형', 18500, 8, GAS_DIESEL],
    ['GLE', 'SUV', 12000, 6, GAS_DIESEL],
    ['GLS', 'SUV', 16500, 3, GAS_DIESEL],
    ['GLC', 'SUV', 7800, 7, GAS_DIESEL],
    ['AMG GT', '스포츠카', 20000, 1, GAS],
    ['스프린터', '승합', 9000, 1, ['디젤']],
  ],
  아우디: [
    ['A4', '중형', 5500, 4, GAS_DIESEL],
    ['A6 (C8)', '준대형', 7500, 9, GAS_DIESEL],
    ['Q5', 'SUV', 7000, 3, GAS_DIESEL],
    ['Q7', 'SUV', 10500, 3, GAS_DIESEL],
    ['Q8', 'SUV', 12500, 2, GAS_DIESEL],
    ['e-tron GT', '스포츠카', 15000, 1, ELECTRIC],
  ],
  폭스바겐: [
    ['골프 8세대', '준중형', 3700, 3, ['디젤']],
    ['티구안', 'SUV', 4500, 5, ['디젤']],
    ['아테온', '준대형', 5500, 2, ['디젤']],
    ['투아렉', 'SUV', 9000, 1, ['디젤']],
  ],
  볼보: [
    ['XC60', 'SUV', 6800, 4, ['가솔린', '하이브리드']],
    ['XC90', 'SUV', 9300, 3, ['가솔린', '하이브리드']],
    ['V60 크로스컨트리', '왜건', 5600, 2, GAS],
    ['S90', '준대형', 6700, 2, GAS],
  ],
  테슬라: [
    ['모델 3', '중형', 5900, 5, ELECTRIC],
    ['모델 Y', 'SUV', 6500, 6, ELECTRIC],
    ['모델 X', 'SUV', 13500, 1, ELECTRIC],
  ],
  렉서스: [
    ['ES300h', '준대형', 6700, 5, ['하이브리드']],
    ['RX450h', 'SUV', 9000, 2, ['하이브리드']],
  ],
  포르쉐: [
    ['카이엔 (PO536)', 'SUV', 14000, 4, ['가솔린', '가솔린+전기']],
    ['파나메라', '대형', 18000, 3, ['가솔린', '가솔린+전기']],
    ['911 (992)', '스포츠카', 20500, 2, GAS],
    ['마칸', 'SUV', 9500, 2, GAS],
  ],
  토요타: [
    ['캠리', '중형', 4300, 2, ['하이브리드']],
    ['시에나', 'RV/MPV', 6700, 1, ['하이브리드']],
  ],
  '기타 제조사': [
    ['기타', '기타', 3000, 2, ['기타']],
    ['미쓰오카 오로치', '스포츠카', 9000, 1, GAS],
  ],
  기타: [['캠핑카', '기타', 6000, 1, ['디젤']]],
  불명: [['불명', '불명', 2000, 1, ['기타']]],
};

export const MODELS: readonly Model[] = Object.entries(MARKET).flatMap(([manufacturer, models]) =>
  models.map(([model, carType, originPrice, weight, fuels]) => ({
    manufacturer,
    model,
    carType,
    originPrice,
    weight,
    fuels,
  })),
);

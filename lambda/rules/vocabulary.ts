import type { Condition } from './condition';

/**
 * Building blocks of the rules: which car is an SUV, a large SUV, a flagship. Texts compare exactly unless they say
 * "contains".
 */

export const carType = (...values: string[]): Condition => ({ text: 'car_type', in: values });
export const carTypeContains = (...fragments: string[]): Condition => ({ text: 'car_type', contains: fragments });
export const maker = (...values: string[]): Condition => ({ text: 'manufacturer', in: values });
const makerContains = (...fragments: string[]): Condition => ({ text: 'manufacturer', contains: fragments });
export const modelContains = (...fragments: string[]): Condition => ({ text: 'model', contains: fragments });
export const fuel = (...values: string[]): Condition => ({ text: 'fuel_type', in: values });
export const all = (...parts: Condition[]): Condition => ({ all: parts });
export const any = (...parts: Condition[]): Condition => ({ any: parts });
export const not = (part: Condition): Condition => ({ not: part });

export const SUV = carTypeContains('SUV');
export const VAN = carTypeContains('승합');
export const WAGON = carTypeContains('왜건');
export const SSANGYONG = makerContains('쌍용');
export const RV_MPV = any(carType('RV'), carTypeContains('MPV'));
export const GERMAN = maker('BMW', '벤츠', '아우디');
export const GENESIS = maker('제네시스');
export const HYUNDAI_KIA = maker('현대', '기아');

/** Models that make an SUV large, by maker (here the maker may be contained: 쉐보레(GM대우)). */
const LARGE_SUV_MODELS: Readonly<Record<string, readonly string[]>> = {
  현대: ['팰리세이드', '베라크루즈'],
  기아: ['모하비', 'EV9'],
  제네시스: ['GV80'],
  쌍용: ['렉스턴'],
  쉐보레: ['트래버스', '타호'],
  BMW: ['X5', 'X6', 'X7'],
  벤츠: ['GLE', 'GLS'],
  아우디: ['Q7', 'Q8'],
  볼보: ['XC90'],
  폭스바겐: ['투아렉'],
  포르쉐: ['카이엔'],
};

/** Models that are their maker's flagship, by maker (exactly). */
const FLAGSHIP_MODELS: Readonly<Record<string, readonly string[]>> = {
  벤츠: ['E클래스', 'E-클래스', 'S클래스', 'S-클래스'],
  BMW: ['5시리즈', '7시리즈'],
  아우디: ['A6'],
  제네시스: ['G80', 'G90'],
  기아: ['K9'],
  현대: ['그랜저'],
};

export const LARGE_SUV = all(
  SUV,
  any(
    carTypeContains('대형'),
    ...Object.entries(LARGE_SUV_MODELS).map(([name, models]) => all(makerContains(name), modelContains(...models))),
  ),
);

export const FLAGSHIP = any(
  ...Object.entries(FLAGSHIP_MODELS).map(([name, models]) => all(maker(name), modelContains(...models))),
);

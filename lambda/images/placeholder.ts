import type { Photo } from './origin';

/** Shown while the origin is away: a car, 480 by 320 pixels, grey on light grey. A PNG of two colours, as base64. */
const CAR = [
  'iVBORw0KGgoAAAANSUhEUgAAAeAAAAFAAQMAAABeBj04AAAABlBMVEXs7Oy0tLQ7nvyNAAAAeklEQVR42u3XsQnAIBBAUTdw/y3dwIQURmzi',
  'VVF8vxLOZ3lgSpIkSZIkSdLh1bECwzC8Cc7t9n1634JhGN4A9xdzf5rZgjAMwz/hXAMVGIbhlXANB8MwDMMwDMMwDJ+Oh9/o/ACGYXgd/KzC',
  'EhzAMAyvgyVJkiRJ+uoC95cCRYwVe7gAAAAASUVORK5CYII=',
].join('');

export const PLACEHOLDER: Photo = { type: 'image/png', bytes: Buffer.from(CAR, 'base64') };

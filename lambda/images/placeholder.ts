import type { Photo } from './origin';
import { paint } from './png';

/** A car, 24 by 16. */
export const CAR = [
  '                        ',
  '                        ',
  '                        ',
  '                        ',
  '        #######         ',
  '       ##  #  ##        ',
  '      ##   #   ##       ',
  '   ##################   ',
  '  ####################  ',
  '  ####################  ',
  '  ####################  ',
  '     ###       ###      ',
  '      #         #       ',
  '                        ',
  '                        ',
  '                        ',
] as const;

/** Shown while the origin is away: 480 by 320 pixels, grey on light grey. */
export const PLACEHOLDER: Photo = {
  type: 'image/png',
  bytes: paint(CAR, 20, [0xec, 0xec, 0xec], [0xb4, 0xb4, 0xb4]),
};

/**
 * Okabe and Ito's colours, which colour-blind people can tell apart; the lightest are left out: a line on white needs
 * contrast.
 */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#8a6d00', '#5b4b8a', '#7a7a7a'];
const DARK = ['#56b4e9', '#f07f2b', '#2fc79a', '#e39cc4', '#9fd4f5', '#f0e442', '#b3a2e8', '#b0b0b0'];
/** Tiers keep their colours wherever they stand: cool is cheap, warm is not. */
const TIERS: Readonly<Record<string, number>> = {
  memory: 0,
  'stored answer': 4,
  index: 2,
  database: 5,
  'no answer': 1,
};

const dark = matchMedia('(prefers-color-scheme: dark)');

export function colorOf(label: string, position: number): string {
  const colors = dark.matches ? DARK : LIGHT;
  return colors[(TIERS[label] ?? position) % colors.length] ?? '#777';
}

export const ink = () =>
  dark.matches
    ? { text: '#a9b4c0', grid: '#2a333d', alarm: '#f07f2b' }
    : { text: '#5a6672', grid: '#e3e8ed', alarm: '#b84a00' };

/** Draws again when the colours change. */
export function onColors(redraw: () => void): void {
  dark.addEventListener('change', redraw);
}

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

export const BACKGROUND: Rgb = [22, 24, 29];
export const FOREGROUND: Rgb = [215, 218, 224];

const SIXTEEN: readonly Rgb[] = [
  [40, 44, 52],
  [224, 88, 94],
  [126, 194, 108],
  [222, 178, 90],
  [92, 158, 236],
  [196, 120, 222],
  [78, 190, 200],
  [200, 204, 212],
  [110, 118, 132],
  [255, 122, 126],
  [160, 224, 138],
  [250, 212, 128],
  [132, 188, 255],
  [222, 154, 246],
  [120, 222, 230],
  [255, 255, 255],
];

/** A colour of the 256: sixteen named ones, a cube of 6 × 6 × 6, 24 greys. Source: xterm's 256colres. */
export function indexedColour(index: number): Rgb {
  const named = SIXTEEN[index];
  if (named !== undefined) return named;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const at = index - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}

/** `0xrrggbb`, as a cell holds a true colour. */
export function trueColour(value: number): Rgb {
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Between two colours: `share` of the first. */
export function mixed([r, g, b]: Rgb, [otherR, otherG, otherB]: Rgb, share: number): Rgb {
  const mix = (one: number, other: number): number => Math.round(one * share + other * (1 - share));
  return [mix(r, otherR), mix(g, otherG), mix(b, otherB)];
}

export function cssColour([r, g, b]: Rgb): string {
  return `rgb(${r}, ${g}, ${b})`;
}

function level(step: number): number {
  return step === 0 ? 0 : 55 + step * 40;
}

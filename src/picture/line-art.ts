/** What of a canvas line art is drawn with. */
export type LineCanvas = {
  fillRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(controlX: number, controlY: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
  fill(): void;
  stroke(): void;
  lineWidth: number;
  globalAlpha: number;
};

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/**
 * Draws box lines, blocks, Braille and Powerline signs from edge to edge of their cell, so that neighbours join without a gap whatever the font.
 * False: it is none of them.
 */
export function drawLineArt(canvas: LineCanvas, char: string, box: Box): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x256d && code <= 0x2570) drawArc(canvas, code, box);
  else if (code >= 0x2571 && code <= 0x2573) drawDiagonal(canvas, code, box);
  else if (code >= 0x2500 && code <= 0x257f) drawBoxLine(canvas, code, box);
  else if (code >= 0x2580 && code <= 0x259f) drawBlock(canvas, code, box);
  else if (code >= 0x2800 && code <= 0x28ff) drawBraille(canvas, code - 0x2800, box);
  else if (code >= 0xe0b0 && code <= 0xe0b3) drawPowerline(canvas, code, box);
  else {
    const draw = SIGNS[char];
    if (draw === undefined) return false;
    draw(canvas, box);
  }
  return true;
}

/** Of each character from U+2500 on: its arms up, right, down, left. 1 light, 2 heavy, 3 double. Source: the names in Unicode's chart. */
const ARMS =
  '0101 0202 1010 2020 0101 0202 1010 2020 0101 0202 1010 2020 0110 0210 0120 0220 0011 0012 0021 0022 1100 1200 2100 2200 ' +
  '1001 1002 2001 2002 1110 1210 2110 1120 2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 ' +
  '0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 2111 1121 2121 2112 2211 1122 1221 2212 ' +
  '1222 2122 2221 2222 0101 0202 1010 2020 0303 3030 0310 0130 0330 0013 0031 0033 1300 3100 3300 1003 3001 3003 1310 3130 ' +
  '3330 1013 3031 3033 0313 0131 0333 1303 3101 3303 1313 3131 3333 0000 0000 0000 0000 0000 0000 0000 0001 1000 0100 0010 ' +
  '0002 2000 0200 0020 0201 1020 0102 2010';
const ARMS_LENGTH = 5;

/** Gaps in a dashed line, by its character. */
const DASHES: Readonly<Record<number, number>> = {
  9476: 3,
  9477: 3,
  9478: 3,
  9479: 3,
  9480: 4,
  9481: 4,
  9482: 4,
  9483: 4,
  9548: 2,
  9549: 2,
  9550: 2,
  9551: 2,
};

function drawBoxLine(canvas: LineCanvas, code: number, box: Box): void {
  const at = (code - 0x2500) * ARMS_LENGTH;
  const [up = 0, right = 0, down = 0, left = 0] = Array.from(ARMS.slice(at, at + 4), Number);
  const dashes = DASHES[code];
  if (dashes !== undefined) {
    drawDashes(canvas, Math.max(up, right), up > 0, dashes, box);
    return;
  }
  const light = thickness(box);
  drawArms(turned(canvas, box, false), { ahead: right, behind: left, one: up, other: down }, light);
  drawArms(turned(canvas, box, true), { ahead: down, behind: up, one: left, other: right }, light);
}

type Arms = {
  readonly ahead: number;
  readonly behind: number;
  /** The arms across: on the near side (less) and on the far side (more). */
  readonly one: number;
  readonly other: number;
};

/** The same drawing for both directions: `along` runs in the direction of the arms, `across` at right angles to it. */
type Turned = {
  readonly length: number;
  readonly middle: number;
  readonly centre: number;
  rect(along: number, across: number, length: number, width: number): void;
};

function turned(canvas: LineCanvas, { x, y, width, height }: Box, isVertical: boolean): Turned {
  return isVertical
    ? {
        length: height,
        middle: Math.round(height / 2),
        centre: Math.round(width / 2),
        rect: (along, across, length, breadth) => canvas.fillRect(x + across, y + along, breadth, length),
      }
    : {
        length: width,
        middle: Math.round(width / 2),
        centre: Math.round(height / 2),
        rect: (along, across, length, breadth) => canvas.fillRect(x + along, y + across, length, breadth),
      };
}

function drawArms(canvas: Turned, { ahead, behind, one, other }: Arms, light: number): void {
  const { length, middle } = canvas;
  const crossing = Math.max(one, other);
  const reach = crossing === 0 ? light / 2 : crossing === 3 ? light * 1.5 : (light * crossing) / 2;
  for (const [kind, isAhead] of [
    [ahead, true],
    [behind, false],
  ] as const) {
    if (kind === 0) continue;
    const line = (across: number, breadth: number, from: number) => {
      // Measured from the middle outwards; a negative beginning reaches over the middle.
      const start = isAhead ? middle + from : 0;
      const end = isAhead ? length : middle - from;
      canvas.rect(start, canvas.centre + across - breadth / 2, end - start, breadth);
    };
    if (kind < 3) {
      // A light line ends at the near one of two lines, unless both sides go on: then it meets them from outside.
      const isBetween = crossing === 3 && one === other && (ahead === 0 || behind === 0);
      line(0, kind === 2 ? light * 2 : light, isBetween ? light * 1.5 - light : -reach);
      continue;
    }
    const gap = light;
    line(-gap, light, joinOf(one, other, reach, light));
    line(gap, light, joinOf(other, one, reach, light));
  }
}

/** Where one of two lines begins: at the inner corner on the side that turns there, at the outer one otherwise. */
function joinOf(mine: number, opposite: number, reach: number, light: number): number {
  if (mine === 3) return light / 2;
  if (mine > 0) return -light / 2;
  return opposite === 0 ? 0 : -reach;
}

function drawDashes(canvas: LineCanvas, weight: number, isVertical: boolean, count: number, box: Box): void {
  const line = turned(canvas, box, isVertical);
  const breadth = thickness(box) * (weight === 2 ? 2 : 1);
  const step = line.length / count;
  for (let index = 0; index < count; index += 1)
    line.rect(index * step + step * 0.15, line.centre - breadth / 2, step * 0.7, breadth);
}

/** ╭ ╮ ╯ ╰: into the middle of two edges, where straight lines begin. */
function drawArc(canvas: LineCanvas, code: number, { x, y, width, height }: Box): void {
  const light = thickness({ x, y, width, height });
  const centreX = x + Math.round(width / 2);
  const centreY = y + Math.round(height / 2);
  const isRight = code === 0x256d || code === 0x2570;
  const isDown = code === 0x256d || code === 0x256e;
  const radius = Math.min(width, height) / 2;
  const endX = isRight ? x + width : x;
  const endY = isDown ? y + height : y;
  const cornerY = centreY + (isDown ? radius : -radius);
  canvas.lineWidth = light;
  canvas.beginPath();
  canvas.moveTo(centreX, endY);
  canvas.lineTo(centreX, cornerY);
  canvas.quadraticCurveTo(centreX, centreY, endX, centreY);
  canvas.stroke();
}

function drawDiagonal(canvas: LineCanvas, code: number, { x, y, width, height }: Box): void {
  canvas.lineWidth = thickness({ x, y, width, height });
  canvas.beginPath();
  if (code !== 0x2572) {
    canvas.moveTo(x + width, y);
    canvas.lineTo(x, y + height);
  }
  if (code !== 0x2571) {
    canvas.moveTo(x, y);
    canvas.lineTo(x + width, y + height);
  }
  canvas.stroke();
}

/** Quarters of U+2596 to U+259F: 1 upper left, 2 upper right, 4 lower left, 8 lower right. */
const QUARTERS = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];

function drawBlock(canvas: LineCanvas, code: number, { x, y, width, height }: Box): void {
  const part = (left: number, top: number, right: number, bottom: number) => {
    const fromX = Math.round(x + left * width);
    const fromY = Math.round(y + top * height);
    canvas.fillRect(
      fromX,
      fromY,
      Math.round(x + right * width) - fromX,
      Math.round(y + bottom * height) - fromY,
    );
  };
  if (code === 0x2580) part(0, 0, 1, 0.5);
  else if (code <= 0x2588) part(0, 1 - (code - 0x2580) / 8, 1, 1);
  else if (code <= 0x258f) part(0, 0, (0x2590 - code) / 8, 1);
  else if (code === 0x2590) part(0.5, 0, 1, 1);
  else if (code <= 0x2593) {
    const before = canvas.globalAlpha;
    canvas.globalAlpha = (code - 0x2590) / 4;
    part(0, 0, 1, 1);
    canvas.globalAlpha = before;
  } else if (code === 0x2594) part(0, 0, 1, 1 / 8);
  else if (code === 0x2595) part(7 / 8, 0, 1, 1);
  else {
    const quarters = QUARTERS[code - 0x2596] ?? 0;
    if ((quarters & 1) !== 0) part(0, 0, 0.5, 0.5);
    if ((quarters & 2) !== 0) part(0.5, 0, 1, 0.5);
    if ((quarters & 4) !== 0) part(0, 0.5, 0.5, 1);
    if ((quarters & 8) !== 0) part(0.5, 0.5, 1, 1);
  }
}

/** Dots 1 to 8, one bit each: column and row. Source: Unicode's chart of Braille patterns. */
const DOTS = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
] as const;

function drawBraille(canvas: LineCanvas, dots: number, { x, y, width, height }: Box): void {
  const radius = Math.min(width / 2, height / 4) * 0.34;
  for (const [bit, [column, row]] of DOTS.entries()) {
    if ((dots & (1 << bit)) === 0) continue;
    canvas.beginPath();
    canvas.arc(x + (column + 0.5) * (width / 2), y + (row + 0.5) * (height / 4), radius, 0, Math.PI * 2);
    canvas.fill();
  }
}

/** Filled and open arrows that end a coloured field, to the right and to the left. */
function drawPowerline(canvas: LineCanvas, code: number, { x, y, width, height }: Box): void {
  const isRight = code <= 0xe0b1;
  const base = isRight ? x : x + width;
  canvas.lineWidth = thickness({ x, y, width, height });
  canvas.beginPath();
  canvas.moveTo(base, y);
  canvas.lineTo(isRight ? x + width : x, y + height / 2);
  canvas.lineTo(base, y + height);
  if (code === 0xe0b0 || code === 0xe0b2) {
    canvas.closePath();
    canvas.fill();
  } else canvas.stroke();
}

/** Signs that agents put into their status lines and that common fonts lack or set too low. */
const SIGNS: Readonly<Record<string, (canvas: LineCanvas, box: Box) => void>> = {
  // The corner under which a tool's output hangs.
  '⎿': (canvas, box) => {
    const light = thickness(box);
    const left = box.x + Math.round(box.width / 3);
    const bottom = box.y + Math.round(box.height * 0.62);
    canvas.fillRect(left, box.y, light, bottom - box.y);
    canvas.fillRect(left, bottom - light, box.x + box.width - left, light);
  },
  '⏺': (canvas, box) => {
    canvas.beginPath();
    canvas.arc(box.x + box.width / 2, box.y + box.height * 0.52, box.width * 0.42, 0, Math.PI * 2);
    canvas.fill();
  },
  '⏵': (canvas, box) => drawTriangle(canvas, box, true),
  '⏴': (canvas, box) => drawTriangle(canvas, box, false),
  '⏸': (canvas, box) => {
    const top = box.y + box.height * 0.3;
    for (const share of [0.18, 0.58])
      canvas.fillRect(box.x + box.width * share, top, box.width * 0.24, box.height * 0.42);
  },
  '⏹': (canvas, box) =>
    canvas.fillRect(box.x + box.width * 0.1, box.y + box.height * 0.34, box.width * 0.8, box.width * 0.8),
};

function drawTriangle(canvas: LineCanvas, { x, y, width, height }: Box, isRight: boolean): void {
  const base = isRight ? x + width * 0.1 : x + width * 0.9;
  canvas.beginPath();
  canvas.moveTo(base, y + height * 0.3);
  canvas.lineTo(isRight ? x + width * 0.95 : x + width * 0.05, y + height * 0.52);
  canvas.lineTo(base, y + height * 0.74);
  canvas.closePath();
  canvas.fill();
}

function thickness({ width }: Box): number {
  return Math.max(1, Math.round(width / 8));
}

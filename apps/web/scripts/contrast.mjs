// Checks the colour tokens of both themes against WCAG: 4.5 for text, 3 for controls and the focus ring.
import fs from 'node:fs';

const css = fs.readFileSync('src/shared/styles/tokens.css', 'utf8');
const themes = {};
for (const [, selector, body] of css.matchAll(/(?:^|\n)([^{}]+)\{([^}]*)\}/g)) {
  const tokens = [...body.matchAll(/--rf-([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  themes[selector.includes('light') ? 'light' : 'dark'] = Object.fromEntries(
    tokens.map(([, name, l, c, h]) => [name, [Number(l), Number(c), Number(h)]]),
  );
}

const TEXT = 4.5;
const SHAPE = 3;
const PAIRS = [
  ['fg', 'canvas', TEXT],
  ['fg', 'raised', TEXT],
  ['fg', 'accent-soft', TEXT],
  ['fg-muted', 'canvas', TEXT],
  ['fg-muted', 'surface', TEXT],
  ['fg-muted', 'hover', TEXT],
  ['fg-muted', 'accent-soft', TEXT],
  ['fg-subtle', 'canvas', TEXT],
  ['fg-subtle', 'surface', TEXT],
  ['fg-subtle', 'raised', TEXT],
  ['fg-subtle', 'hover', TEXT],
  ['fg', 'field', TEXT],
  ['fg-subtle', 'field', TEXT],
  ['control-line', 'field', SHAPE],
  ['on-accent', 'accent', TEXT],
  ['on-accent', 'accent-hover', TEXT],
  ['accent-fg', 'canvas', TEXT],
  ['accent-fg', 'surface', TEXT],
  ['accent-fg', 'raised', TEXT],
  ['accent-fg', 'accent-soft', TEXT],
  ...['success', 'warning', 'danger', 'info'].flatMap((tone) => [
    [tone, 'canvas', TEXT],
    [tone, 'surface', TEXT],
    [tone, 'raised', TEXT],
  ]),
  ['accent', 'surface', SHAPE],
  ['control-line', 'surface', SHAPE],
  ['control-line', 'raised', SHAPE],
  ['control-line', 'canvas', SHAPE],
  ['focus', 'canvas', SHAPE],
];

// OKLCH to linear sRGB, after the definition of the colour space.
function linearRgb([lightness, chroma, hue]) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function luminance(color) {
  const [r, g, b] = linearRgb(color).map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

let failures = 0;
for (const [theme, tokens] of Object.entries(themes)) {
  for (const [front, back, least] of PAIRS) {
    const ratio = contrast(tokens[front], tokens[back]);
    if (ratio >= least) continue;
    failures += 1;
    console.log(`${theme}: ${front} on ${back} is ${ratio.toFixed(2)}, needs ${least}`);
  }
}
console.log(
  failures === 0 ? `contrast: ${PAIRS.length} pairs hold in both themes` : `contrast: ${failures} pairs fail`,
);
process.exit(failures === 0 ? 0 : 1);

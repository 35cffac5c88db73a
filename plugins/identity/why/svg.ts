/** A box on the drawing, in pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Text as it may stand in XML: control characters are no XML at all. */
export function escaped(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** How wide a text is about, without a font at hand: capitals and wide letters take more, and scripts of the East a square each. */
export function widthOf(text: string, size: number): number {
  let ems = 0
  for (const letter of text) {
    if (/[\u1100-\u11ff\u2e80-\ufaff\uff00-\uff60\u{1f000}-\u{3ffff}]/u.test(letter)) ems += 1.05
    else if (/[\p{Lu}mw@%\u2014→]/u.test(letter)) ems += 0.74
    else ems += /[iljtf.,:;|!'’ ()[\]I1-]/u.test(letter) ? 0.36 : 0.58
  }
  return ems * size
}

/** As much of a text as fits, with an ellipsis where it does not. */
export function fitted(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, size) > width) letters.pop()
  return `${letters.join('').trimEnd()}…`
}

/** Words of a text in lines that fit. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(`${line} ${word}`, size) <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(fitted(word, size, width))
  }
  return lines
}

/** A line of text. `at` is where it starts, its middle or its end. */
export function label(
  x: number,
  y: number,
  text: string,
  how: { as?: string; at?: 'start' | 'middle' | 'end' } = {},
): string {
  const { as = 'text', at = 'start' } = how
  return `<text x="${round(x)}" y="${round(y)}" class="${as}" text-anchor="${at}">${escaped(text)}</text>`
}

/** Whether two boxes share a pixel. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Half pixels are as fine as a drawing needs. */
export function round(pixels: number): number {
  return Math.round(pixels * 2) / 2
}

/** Colours for light and dark, and the letters of all pictures. */
export const style = `
svg{--page:#fff;--ink:#1c2330;--soft:#667085;--line:#d9dee7;--card:#f6f8fb;--good:#12805c;--goodfill:#bfe6d6;--bad:#c2362b;--badfill:#f7cfca;--known:#5b6b84;--knownfill:#d5dcE8;--other:#fdf3e7;--otherline:#e0a458;--warn:#b25e09}
@media (prefers-color-scheme:dark){svg{--page:#12161d;--ink:#e8ecf3;--soft:#98a3b6;--line:#313a49;--card:#1b212c;--good:#4cc79b;--goodfill:#174b3b;--bad:#f08579;--badfill:#5b2622;--known:#a9b6cb;--knownfill:#36445a;--other:#2b2418;--otherline:#a8743a;--warn:#eaa85c}}
text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;font-size:13px;fill:var(--ink)}
.title{font-size:20px;font-weight:650}.head{font-size:14px;font-weight:650}.soft{fill:var(--soft)}.small{font-size:11.5px;fill:var(--soft)}
.strong{font-weight:600}.good{fill:var(--good);font-weight:600}.bad{fill:var(--bad);font-weight:600}.known{fill:var(--known);font-weight:600}.good,.bad,.known{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}.warn{fill:var(--warn)}.name{font-size:12.5px;font-weight:600}
.page{fill:var(--page)}.rule{stroke:var(--line);stroke-width:1}.card{fill:var(--card);stroke:var(--line)}.card.leaving{fill:var(--other);stroke:var(--otherline)}.card.more{stroke-dasharray:3 3}
.bar-good{fill:var(--goodfill);stroke:var(--good)}.bar-bad{fill:var(--badfill);stroke:var(--bad)}.bar-known{fill:var(--knownfill);stroke:var(--known)}
.run{fill:none;stroke:var(--ink);stroke-width:1.5}.mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}.zero{stroke:var(--soft);stroke-width:1}
.edge{fill:none;stroke:var(--good);stroke-width:2}.edge.weakest{stroke:var(--bad);stroke-width:2.5;stroke-dasharray:7 5}.tag{fill:var(--page);stroke:var(--line)}.tag.weakest{stroke:var(--bad)}.dot{fill:var(--ink)}
`

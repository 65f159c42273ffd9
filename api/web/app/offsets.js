/**
 * Offsets of the service count Unicode code points; JavaScript strings count UTF-16 units, in which an emoji has two.
 */

const SURROGATE = /[\ud800-\udfff]/;

/**
 * Return a function from offsets in code points to offsets in UTF-16 units of `text`. Offsets behind its end become its
 * end. The text is walked once, however many offsets there are.
 * @param {string} text
 * @param {number[]} offsets those that will be asked for
 * @returns {(offset: number) => number}
 */
export function unitsOf(text, offsets) {
  if (!SURROGATE.test(text)) {
    return (offset) => Math.min(Math.max(offset, 0), text.length);
  }
  const wanted = [...new Set(offsets)].sort((one, other) => one - other);
  /** @type {Map<number, number>} */
  const found = new Map();
  let points = 0;
  let units = 0;
  for (const offset of wanted) {
    while (points < offset && units < text.length) {
      units += isPair(text, units) ? 2 : 1;
      points += 1;
    }
    found.set(offset, units);
  }
  return (offset) => found.get(offset) ?? units;
}

/**
 * Tell whether two UTF-16 units stand for one code point.
 * @param {string} text
 * @param {number} unit where the first stands
 */
function isPair(text, unit) {
  return (text.codePointAt(unit) ?? 0) > 0xffff;
}

/**
 * Return how many code points a text has.
 * @param {string} text
 */
export function length(text) {
  let points = text.length;
  for (let unit = 0; unit < text.length - 1; unit += 1) {
    if (isPair(text, unit)) {
      points -= 1;
      unit += 1;
    }
  }
  return points;
}

/**
 * Return what Python calls `text[start:end]`.
 * @param {string} text
 * @param {number} start in code points
 * @param {number} end in code points
 */
export function slice(text, start, end) {
  const units = unitsOf(text, [start, end]);
  return text.slice(units(start), units(end));
}

/** A text as paragraphs, with the sentences that are cited marked in it. */

import { h, languageTag } from './elements.js';
import { unitsOf } from './offsets.js';

/**
 * @typedef {object} Range
 * @property {number} start in code points of the article
 * @property {number} end
 * @property {string} [kind] becomes the mark's class; where ranges overlap the first in the list wins
 */

/** A text cut into lines. Each becomes a paragraph when it is wanted: a long article is not drawn at once. */
export class Paragraphs {
  /** @type {{line: string, start: number}[]} in UTF-16 units */
  #lines = [];
  /** @type {Range[]} in UTF-16 units */
  #marks;
  #language;

  /**
   * @param {string} text a slice of an article, or all of it
   * @param {string} language of the article
   * @param {Range[]} ranges what to mark
   * @param {number} offset where `text` begins in the article, in code points
   */
  constructor(text, language, ranges, offset = 0) {
    this.#marks = inUnits(text, ranges, offset);
    this.#language = languageTag(language);
    let start = 0;
    for (const line of text.split('\n')) {
      if (line.trim()) this.#lines.push({ line, start });
      start += line.length + 1;
    }
  }

  /** The number of paragraphs, without blank lines. */
  get length() {
    return this.#lines.length;
  }

  /** The position of the first paragraph with a mark, 0 when there is none. */
  get firstMarked() {
    const first = this.#lines.findIndex(({ line, start }) =>
      this.#marks.some((mark) => mark.start < start + line.length && mark.end > start),
    );
    return Math.max(first, 0);
  }

  /**
   * Make the paragraphs from position `from` up to, not including, `to`.
   * @returns {HTMLElement[]}
   */
  make(from = 0, to = this.length) {
    return this.#lines
      .slice(from, to)
      .map(({ line, start }) => h('p', { lang: this.#language, dir: 'auto' }, pieces(line, start, this.#marks)));
  }
}

/**
 * Move ranges to UTF-16 units of `text`.
 * @param {string} text
 * @param {Range[]} ranges
 * @param {number} offset
 */
function inUnits(text, ranges, offset) {
  const shifted = ranges.map(({ start, end, kind }) => ({ start: start - offset, end: end - offset, kind }));
  const units = unitsOf(
    text,
    shifted.flatMap(({ start, end }) => [start, end]),
  );
  return shifted
    .map(({ start, end, kind }) => ({ start: units(start), end: units(end), kind }))
    .filter(({ start, end }) => start < end);
}

/**
 * Cut a line where a mark begins or ends.
 * @param {string} line
 * @param {number} start
 * @param {Range[]} marks in UTF-16 units, as is `start`
 */
function pieces(line, start, marks) {
  const end = start + line.length;
  const near = marks.filter((mark) => mark.start < end && mark.end > start);
  const cuts = near.flatMap((mark) => [mark.start, mark.end]).filter((cut) => cut > start && cut < end);
  const edges = [...new Set([start, ...cuts, end])].sort((one, other) => one - other);
  return edges.slice(0, -1).map((from, position) => {
    const to = edges[position + 1];
    const piece = line.slice(from - start, to - start);
    const mark = near.find((candidate) => candidate.start <= from && candidate.end >= to);
    return mark ? h('mark', { class: mark.kind ?? null }, piece) : piece;
  });
}

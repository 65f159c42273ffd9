/** Small charts, drawn as SVG and readable as lists: every bar is a link to the articles that it counts. */

/** @import { Child } from './elements.js' */

import { h, svg } from './elements.js';
import { date, number, say } from './language.js';

const MOST_BARS = 12;
const MOST_MONTHS = 36;
const MOST_YEARS = 150; // a longer span leaves out years without articles
const COLUMN = 12;
const HEIGHT = 96;

/**
 * Draw counts as horizontal bars.
 * @param {Record<string, number>} counts
 * @param {(key: string) => Child} label
 * @param {(key: string) => string} link
 */
export function bars(counts, label, link) {
  const entries = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const largest = Math.max(...entries.map(([, count]) => count), 1);
  /** @param {[key: string, count: number]} entry */
  const row = ([key, count]) =>
    h(
      'li',
      {},
      h(
        'a',
        { href: link(key), 'data-inside': true },
        h('span', { class: 'label' }, label(key)),
        h('span', { class: 'figure' }, ' ', number(count)),
      ),
      svg(
        'svg',
        { class: 'bar', 'aria-hidden': 'true' },
        svg('rect', { width: `${(100 * count) / largest}%`, height: '100%' }),
      ),
    );
  return [
    h('ul', { class: 'bars' }, entries.slice(0, MOST_BARS).map(row)),
    entries.length > MOST_BARS &&
      h(
        'details',
        {},
        h('summary', {}, say('andMore', entries.length - MOST_BARS)),
        h('ul', { class: 'bars' }, entries.slice(MOST_BARS).map(row)),
      ),
  ];
}

/**
 * Draw counts over time as columns, by month, or by year where months are many; a table below says the same.
 * @param {Record<string, number>} times by month ("2017-04") or year ("2017"), newest first
 * @param {(from: string, to: string) => string} link to the articles of a span of days
 */
export function columns(times, link) {
  const counts = grouped(times);
  const keys = Object.keys(counts);
  if (keys.length === 0) return h('p', { class: 'hint' }, say('noDates'));
  const largest = Math.max(...Object.values(counts), 1);
  /** @param {string} key */
  const name = (key) => `${date(key)}: ${say('articles', counts[key])}`;
  const drawing = svg(
    'svg',
    {
      class: 'columns',
      viewBox: `0 0 ${keys.length * COLUMN} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    keys.map((key, position) => svg('rect', columnOf(position, counts[key] / largest), svg('title', {}, name(key)))),
  );
  return [
    h('div', { class: 'columns-frame' }, drawing),
    h(
      'p',
      { class: 'axis', 'aria-hidden': 'true' },
      h('span', {}, date(keys[0])),
      h('span', {}, keys.length > 1 ? date(keys[keys.length - 1]) : ''),
    ),
    h(
      'details',
      {},
      h('summary', {}, say('asTable')),
      h(
        'ul',
        { class: 'bars' },
        keys
          .filter((key) => counts[key] > 0)
          .reverse()
          .map((key) =>
            h(
              'li',
              {},
              h(
                'a',
                { href: link(...daysOf(key)), 'data-inside': true },
                date(key),
                h('span', { class: 'figure' }, ' ', number(counts[key])),
              ),
            ),
          ),
      ),
    ),
  ];
}

/**
 * @param {number} position
 * @param {number} share of the largest, 0 to 1
 */
function columnOf(position, share) {
  const height = Math.max(share * HEIGHT, share > 0 ? 2 : 0);
  return { x: position * COLUMN + 1, y: HEIGHT - height, width: COLUMN - 2, height };
}

/**
 * Count by month where that gives few columns, else by year. Spans without articles are columns of no height.
 * @param {Record<string, number>} times
 * @returns {Record<string, number>}
 */
export function grouped(times) {
  const keys = Object.keys(times).sort();
  if (keys.length === 0) return {};
  const [earliest, latest] = [keys[0], keys[keys.length - 1]];
  const months = keys.every((key) => key.length === 7) ? between(earliest, latest) : [];
  if (months.length > 0 && months.length <= MOST_MONTHS) {
    return Object.fromEntries(months.map((month) => [month, times[month] ?? 0]));
  }
  const [first, last] = [earliest, latest].map((key) => Number(key.slice(0, 4)));
  /** @type {Record<string, number>} */
  const counts = {};
  for (let year = first; year <= last && last - first < MOST_YEARS; year += 1)
    counts[String(year).padStart(4, '0')] = 0;
  for (const [key, count] of Object.entries(times)) counts[key.slice(0, 4)] = (counts[key.slice(0, 4)] ?? 0) + count;
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => one.localeCompare(other)));
}

/**
 * Return the months from the first to the last; none when they are too many to be drawn.
 * @param {string} first
 * @param {string} last
 */
function between(first, last) {
  const months = [];
  let [year, month] = first.split('-').map(Number);
  for (;;) {
    const key = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    months.push(key);
    if (key === last) return months;
    if (months.length > MOST_MONTHS) return [];
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
}

/**
 * Return the first and last day of a month or year.
 * @param {string} key
 * @returns {[first: string, last: string]}
 */
function daysOf(key) {
  const [year, month] = key.split('-');
  if (month === undefined) return [`${year}-01-01`, `${year}-12-31`];
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return [`${key}-01`, `${key}-${last}`];
}

/** Filters by language, source and date: which articles may answer. Every change is an address of its own. */

/**
 * @import { Address, Filters } from './address.js'
 * @import { Child } from './elements.js'
 *
 * @typedef {(filters: Filters) => void} Change
 */

import { countFilters, NO_FILTERS } from './address.js';
import { byId, fill, foreign, h } from './elements.js';
import { overview } from './known.js';
import { date, languageName, number, say } from './language.js';

const place = byId('filters', HTMLElement);
let isOpen = false;
let drawn = 0;

/**
 * Show the filters of `address`.
 * @param {Address} address
 * @param {Change} change
 */
export async function showFilters(address, change) {
  const turn = ++drawn;
  const { filters } = address;
  /** @type {Service.OverviewOut | null} */
  let known = null;
  try {
    known = await overview();
  } catch {
    // filters that are set still show; there is nothing to choose from
  }
  if (turn !== drawn) return; // another address was opened meanwhile
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : '';
  fill(place, bar(filters, known, change));
  if (focused) document.getElementById(focused)?.focus();
}

/**
 * @param {Filters} filters
 * @param {Service.OverviewOut | null} known
 * @param {Change} change
 */
function bar(filters, known, change) {
  const count = countFilters(filters);
  const hasChoice = known !== null && known.articles > 0;
  const summary = h(
    'summary',
    { id: 'filters-summary' },
    say('filters'),
    count > 0 && h('span', { class: 'count' }, ` (${count})`),
  );
  const remember = () => {
    isOpen = details.open;
  };
  const details = h(
    'details',
    { open: isOpen, ontoggle: remember },
    summary,
    hasChoice && h('div', { class: 'filter-fields' }, fields(filters, known, change)),
  );
  return [
    hasChoice && details,
    count > 0 && h('ul', { class: 'chips', 'aria-label': say('filtersSet') }, chips(filters, change)),
  ];
}

/**
 * @param {Filters} filters
 * @param {Service.OverviewOut} known
 * @param {Change} change
 */
function fields(filters, known, change) {
  return [
    choices('language', say('filterLanguage'), known.languages, filters, change, (code) => languageName(code)),
    choices('source', say('filterSource'), known.sources, filters, change, (name) => foreign(name)),
    h(
      'fieldset',
      {},
      h('legend', {}, say('filterDate')),
      day('from', say('filterFrom'), filters, change),
      day('to', say('filterTo'), filters, change),
      h('p', { class: 'hint' }, known.without_date > 0 ? say('withoutDate', known.without_date) : ''),
    ),
  ];
}

/**
 * @param {'language' | 'source'} name
 * @param {string} legend
 * @param {Record<string, number>} counts
 * @param {Filters} filters
 * @param {Change} change
 * @param {(value: string) => Child} label
 */
function choices(name, legend, counts, filters, change, label) {
  /**
   * @param {string} value
   * @param {boolean} isOn
   */
  const toggle = (value, isOn) => {
    const others = filters[name].filter((other) => other !== value);
    change({ ...filters, [name]: isOn ? [...others, value] : others });
  };
  /**
   * @param {[value: string, count: number]} entry
   * @param {number} position
   */
  const choice = ([value, count], position) => {
    /** @type {HTMLInputElement} */
    const box = h('input', {
      type: 'checkbox',
      id: `filter-${name}-${position}`,
      checked: filters[name].includes(value),
      onchange: () => toggle(value, box.checked),
    });
    return h('li', {}, h('label', {}, box, ' ', label(value), h('span', { class: 'count' }, ' ', number(count))));
  };
  return h('fieldset', {}, h('legend', {}, legend), h('ul', { class: 'choices' }, Object.entries(counts).map(choice)));
}

/**
 * @param {'from' | 'to'} name
 * @param {string} label
 * @param {Filters} filters
 * @param {Change} change
 */
function day(name, label, filters, change) {
  const id = `filter-${name}`;
  /** @type {HTMLInputElement} */
  const input = h('input', {
    type: 'date',
    id,
    value: filters[name],
    onchange: () => change({ ...filters, [name]: input.value }),
  });
  return h('p', {}, h('label', { for: id }, label), ' ', input);
}

/**
 * @param {Filters} filters
 * @param {Change} change
 */
function chips(filters, change) {
  /**
   * @param {Child} text
   * @param {Filters} without
   */
  const chip = (text, without) =>
    h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'chip', onclick: () => change(without) },
        text,
        h('span', { 'aria-hidden': 'true' }, ' ×'),
        h('span', { class: 'unseen' }, ` ${say('removeFilter')}`),
      ),
    );
  const lists = /** @type {const} */ (['language', 'source']).flatMap((name) =>
    filters[name].map((value) =>
      chip(name === 'language' ? languageName(value) : foreign(value), {
        ...filters,
        [name]: filters[name].filter((other) => other !== value),
      }),
    ),
  );
  return [
    ...lists,
    filters.from && chip(`${say('filterFrom')} ${date(filters.from)}`, { ...filters, from: '' }),
    filters.to && chip(`${say('filterTo')} ${date(filters.to)}`, { ...filters, to: '' }),
    h('li', {}, h('button', { type: 'button', class: 'link', onclick: () => change(NO_FILTERS) }, say('clearFilters'))),
  ];
}

/** Which articles may answer: by language, source and date. Every change is an address of its own. */

import { NO_FILTERS, countFilters } from './address.js';
import { fill, foreign, h } from './elements.js';
import { overview } from './known.js';
import { date, languageName, number, say } from './language.js';

const place = document.getElementById('filters');
let isOpen = false;
let drawn = 0;

/**
 * Show the filters of `address`.
 * @param {import('./address.js').Address} address
 * @param {(filters: import('./address.js').Filters) => void} change
 */
export async function showFilters(address, change) {
  const turn = ++drawn;
  const { filters } = address;
  let known = null;
  try {
    known = await overview();
  } catch {
    // without the corpus there is nothing to choose from; what is chosen still shows
  }
  if (turn !== drawn) return; // another address was opened meanwhile
  const focused = document.activeElement?.closest('#filters') ? document.activeElement.id : '';
  fill(place, bar(filters, known, change));
  if (focused) document.getElementById(focused)?.focus();
}

function bar(filters, known, change) {
  const count = countFilters(filters);
  const hasChoice = known !== null && known.articles > 0;
  const summary = h(
    'summary',
    { id: 'filters-summary' },
    say('filters'),
    count > 0 && h('span', { class: 'count' }, ` (${count})`),
  );
  return [
    hasChoice &&
      h(
        'details',
        {
          open: isOpen,
          ontoggle: ({ target }) => {
            isOpen = target.open;
          },
        },
        summary,
        h('div', { class: 'filter-fields' }, fields(filters, known, change)),
      ),
    count > 0 && h('ul', { class: 'chips', 'aria-label': say('filtersSet') }, chips(filters, change)),
  ];
}

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

function choices(name, legend, counts, filters, change, label) {
  const toggle = (value, isOn) => {
    const others = filters[name].filter((other) => other !== value);
    change({ ...filters, [name]: isOn ? [...others, value] : others });
  };
  return h(
    'fieldset',
    {},
    h('legend', {}, legend),
    h(
      'ul',
      { class: 'choices' },
      Object.entries(counts).map(([value, count], position) =>
        h(
          'li',
          {},
          h(
            'label',
            {},
            h('input', {
              type: 'checkbox',
              id: `filter-${name}-${position}`,
              checked: filters[name].includes(value),
              onchange: ({ target }) => toggle(value, target.checked),
            }),
            ' ',
            label(value),
            h('span', { class: 'count' }, ' ', number(count)),
          ),
        ),
      ),
    ),
  );
}

function day(name, label, filters, change) {
  const id = `filter-${name}`;
  const input = h('input', {
    type: 'date',
    id,
    value: filters[name],
    onchange: () => change({ ...filters, [name]: input.value }),
  });
  return h('p', {}, h('label', { for: id }, label), ' ', input);
}

function chips(filters, change) {
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
  const lists = ['language', 'source'].flatMap((name) =>
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

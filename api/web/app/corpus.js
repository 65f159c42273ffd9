/** The corpus: what it is made of, and the list of its articles. */

/**
 * @import { Address, Filters } from './address.js'
 * @import { Child } from './elements.js'
 * @import { Page } from './main.js'
 */

import { forService, href } from './address.js';
import { articleLink, lineOf, removeWithUndo } from './articles.js';
import { bars, columns } from './charts.js';
import { foreign, h } from './elements.js';
import { failure } from './failure.js';
import { most, overview } from './known.js';
import { languageName, number, say } from './language.js';
import { articles, info } from './service.js';

const AT_ONCE = 30;

/**
 * Show the corpus.
 * @param {Address} address
 * @param {AbortSignal} signal
 * @param {Page} page told of what was removed or brought back
 */
export async function corpus(address, signal, page) {
  const [known, service, first] = await Promise.all([overview(), info(signal), list(address, null, signal)]);
  const shelf = h('ol', { id: 'shelf' }, rows(first, address, page));
  /** @param {Partial<Filters>} filters */
  const only = (filters) => href({ view: 'corpus', filters: { ...address.filters, ...filters } });
  return {
    title: say('sectionCorpus'),
    nodes: [
      h('h1', { class: 'view-title' }, say('sectionCorpus')),
      h(
        'p',
        { class: 'figures' },
        say('corpusFigures', number(service.articles), number(service.passages), number(service.characters)),
      ),
      known.articles > 0 &&
        h(
          'div',
          { class: 'charts' },
          chart(
            say('byLanguage'),
            bars(
              known.languages,
              (code) => languageName(code),
              (code) => only({ language: [code] }),
            ),
          ),
          chart(
            say('bySource'),
            bars(
              known.sources,
              (name) => foreign(name),
              (name) => only({ source: [name] }),
            ),
            known.without_source > 0 && say('withoutSource', known.without_source),
          ),
          chart(
            say('byTime'),
            columns(known.times, (from, to) => only({ from, to })),
            known.without_date > 0 && say('withoutDate', known.without_date),
          ),
        ),
      h(
        'section',
        { class: 'shelf', 'aria-labelledby': 'shelf-title' },
        h('h2', { id: 'shelf-title' }, say('articlesShown', number(first.total))),
        first.total === 0 && h('p', {}, say(known.articles === 0 ? 'emptyDetail' : 'nothingFiltered')),
        shelf,
        first.next_cursor && moreButton(shelf, first.next_cursor, address, signal, page),
      ),
    ],
  };
}

/**
 * @param {string} title
 * @param {Child} drawing
 * @param {Child} [note]
 */
function chart(title, drawing, note) {
  return h('section', { class: 'chart' }, h('h2', {}, title), drawing, note && h('p', { class: 'hint' }, note));
}

/**
 * @param {Address} address
 * @param {string | null} cursor
 * @param {AbortSignal} signal
 */
async function list({ filters }, cursor, signal) {
  return articles(forService(filters), cursor, await most(AT_ONCE), signal);
}

/**
 * @param {Service.ArticleList} found
 * @param {Address} address
 * @param {Page} page
 */
function rows(found, address, page) {
  return found.articles.map((article) =>
    h(
      'li',
      {},
      h(
        'div',
        {},
        h('h3', {}, articleLink(article, address, {}, { 'data-item': true })),
        lineOf(article, { author: true }),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'link danger',
          'aria-label': `${say('remove')}: ${article.title || article.id}`,
          onclick: () => removeWithUndo(article, page),
        },
        say('remove'),
      ),
    ),
  );
}

/**
 * @param {HTMLOListElement} shelf
 * @param {string} cursor
 * @param {Address} address
 * @param {AbortSignal} signal
 * @param {Page} page
 * @returns {HTMLButtonElement}
 */
function moreButton(shelf, cursor, address, signal, page) {
  const button = h('button', { type: 'button', class: 'more', onclick: () => more() }, say('moreArticles'));
  async function more() {
    button.disabled = true;
    try {
      const found = await list(address, cursor, signal);
      const further = rows(found, address, page);
      shelf.append(...further);
      further[0]?.querySelector('a')?.focus();
      if (found.next_cursor) button.replaceWith(moreButton(shelf, found.next_cursor, address, signal, page));
      else button.remove();
    } catch (error) {
      if (signal.aborted) return;
      const message = failure(error, () => message.replaceWith(moreButton(shelf, cursor, address, signal, page)));
      button.replaceWith(message);
    }
  }
  return button;
}

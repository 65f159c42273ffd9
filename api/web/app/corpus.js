/** What the corpus is made of, and the list of its articles. */

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
 * @param {import('./address.js').Address} address
 * @param {AbortSignal} signal
 * @param {{removed: (id: string) => void, changed: () => void}} page told of what was removed or brought back
 */
export async function corpus(address, signal, page) {
  const [known, service, first] = await Promise.all([overview(), info(signal), list(address, null, signal)]);
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
        h('ol', { id: 'shelf' }, rows(first, address, page)),
        first.next_cursor && moreButton(first.next_cursor, address, signal, page),
      ),
    ],
  };
}

function chart(title, drawing, note) {
  return h('section', { class: 'chart' }, h('h2', {}, title), drawing, note && h('p', { class: 'hint' }, note));
}

async function list({ filters }, cursor, signal) {
  return articles(forService(filters), cursor, await most(AT_ONCE), signal);
}

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

function moreButton(cursor, address, signal, page) {
  const button = h('button', { type: 'button', class: 'more', onclick: () => more() }, say('moreArticles'));
  async function more() {
    button.disabled = true;
    try {
      const found = await list(address, cursor, signal);
      const further = rows(found, address, page);
      document.getElementById('shelf').append(...further);
      further[0]?.querySelector('a').focus();
      button.replaceWith(
        ...[found.next_cursor && moreButton(found.next_cursor, address, signal, page)].filter(Boolean),
      );
    } catch (error) {
      if (!signal.aborted)
        button.replaceWith(
          failure(error, () =>
            document.querySelector('.shelf .failure').replaceWith(moreButton(cursor, address, signal, page)),
          ),
        );
    }
  }
  return button;
}

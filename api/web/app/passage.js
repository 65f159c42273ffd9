/** A passage as a card: which article, how near, and the sentence that answers marked in its paragraph. */

/** @import { Address } from './address.js' */

import { articleLink, dateOf, lineOf, placeOf } from './articles.js';
import { score } from './confidence.js';
import { foreign, h, webLink } from './elements.js';
import { say } from './language.js';
import { Paragraphs } from './marks.js';

/**
 * Return the card of a passage, a list item.
 * @param {Service.PassageOut} passage
 * @param {Address} address where it is shown
 */
export function card(passage, address) {
  const { article, quotes } = passage;
  const at = quotes[0] ?? passage;
  const cited = { at: { start: at.start, end: at.end } };
  const alsoIn = passage.also_in;
  return h(
    'li',
    { class: 'card', id: `passage-${passage.rank}`, value: passage.rank },
    h('span', { class: 'rank', 'aria-hidden': 'true' }, passage.rank),
    h('h3', {}, articleLink(article, address, cited, { 'data-item': true })),
    lineOf(article, { more: [...placeOf(at, article.title), score(passage.score)] }),
    h('div', { class: 'excerpt' }, new Paragraphs(passage.text, article.language, quotes, passage.start).make()),
    alsoIn.length > 0 && h('p', { class: 'also' }, say('alsoIn'), ' ', listed(alsoIn, address)),
    h(
      'p',
      { class: 'actions' },
      articleLink(article, address, cited, {}, say('readArticle')),
      webLink(passage.link ?? article.url, { class: 'outside' }, say('openSource')),
    ),
  );
}

/**
 * List the reprints by source and date: the same source may have printed an article twice.
 * @param {Service.ArticleOut[]} articles
 * @param {Address} address
 */
function listed(articles, address) {
  return articles.flatMap((article, position) => [
    position > 0 && ', ',
    articleLink(article, address, {}, {}, foreign(article.source || article.title || article.id)),
    article.published_at && [' (', dateOf(article.published_at), ')'],
  ]);
}

/** Articles in a line: named, described, removed and brought back. */

/**
 * @import { Address, Span } from './address.js'
 * @import { Attributes, Child } from './elements.js'
 * @import { Page } from './main.js'
 * @import { Action } from './notices.js'
 */

import { href } from './address.js';
import { dotted, foreign, h } from './elements.js';
import { explain } from './failure.js';
import { date, languageName, say } from './language.js';
import { notify } from './notices.js';
import { article as read, remove, restore } from './service.js';

/**
 * Name an article by its title, or by its id where it has none.
 * @param {Service.ArticleOut} article
 */
export function titleOf(article) {
  return article.title ? foreign(article.title, article.language) : h('bdi', { class: 'untitled' }, article.id);
}

/**
 * Link to an article in the reader.
 * @param {Service.ArticleOut} article
 * @param {Address} address where the reader comes from
 * @param {{at?: Span | null}} cited what to show of the article
 * @param {Attributes} attributes
 * @param {...Child} children
 */
export function articleLink(article, address, cited = {}, attributes = {}, ...children) {
  const target = href({ ...address, article: article.id, at: cited.at ?? null, sha: cited.at ? article.sha256 : '' });
  return h('a', { ...attributes, href: target, 'data-inside': true }, children.length ? children : titleOf(article));
}

/**
 * Describe an article in a line: source, author if wanted, date, language, and whatever else is given.
 * @param {Service.ArticleOut} article
 * @param {{author?: boolean, more?: Child[]}} [also]
 */
export function lineOf(article, { author = false, more = [] } = {}) {
  return h(
    'p',
    { class: 'line' },
    dotted(
      article.source && foreign(article.source),
      author && article.author && foreign(article.author),
      article.published_at && dateOf(article.published_at),
      languageName(article.language),
      ...more,
    ),
  );
}

/**
 * Say on which page and in which section something stands; a section that is named like its article is left out.
 * @param {{page: number | null, section: string | null}} place
 * @param {string} title of the article
 * @returns {Child[]}
 */
export function placeOf({ page, section }, title) {
  return [page !== null && say('onPage', page), section && section !== title && foreign(section)];
}

/**
 * Say when an article was published.
 * @param {string} text its `published_at`
 * @param {...Child} more
 */
export function dateOf(text, ...more) {
  return h('time', { datetime: text.slice(0, 10) }, date(text), more);
}

/**
 * Remove an article, and offer to bring it back: the page keeps its copy, and sends it again on request.
 * @param {{id: string}} given
 * @param {Page} page told when it is gone, and when it is back
 */
export async function removeWithUndo(given, page) {
  try {
    const kept = await read(given.id);
    await remove(given.id);
    page.removed(given.id);
    notify([`${say('removed')} `, titleOf(kept)], { label: say('undo'), run: () => bringBack(kept, page) });
  } catch (error) {
    tell(error);
  }
}

/**
 * @param {Service.ArticleWithText} kept
 * @param {Page} page
 */
async function bringBack(kept, page) {
  try {
    await restore(kept);
    page.changed();
    notify([`${say('restored')} `, titleOf(kept)]);
  } catch (error) {
    tell(error, { label: say('retry'), run: () => bringBack(kept, page) });
  }
}

/**
 * @param {unknown} error
 * @param {Action} [action]
 */
function tell(error, action) {
  const { title, detail } = explain(error);
  notify([title, detail && ` ${detail}`], action);
}

/** How an article is named and described in a line, and how one is removed and brought back. */

import { href } from './address.js';
import { dotted, foreign, h } from './elements.js';
import { explain } from './failure.js';
import { date, languageName, say } from './language.js';
import { notify } from './notices.js';
import { remove, restore, article as read } from './service.js';

/** The title of an article, or its id where it has none. */
export function titleOf(article) {
  return article.title ? foreign(article.title, article.language) : h('bdi', { class: 'untitled' }, article.id);
}

/** Link to an article in the reader. `address` is where the reader comes from, `cited` what to show of the article. */
export function articleLink(article, address, cited = {}, attributes = {}, ...children) {
  const target = href({ ...address, article: article.id, at: cited.at ?? null, sha: cited.at ? article.sha256 : '' });
  return h('a', { ...attributes, href: target, 'data-inside': true }, children.length ? children : titleOf(article));
}

/** A line about an article: source, author if wanted, date and language, and what else is to be said. */
export function lineOf(article, { author = false, more = [] } = {}) {
  return h(
    'p',
    { class: 'line' },
    dotted(
      article.source && foreign(article.source),
      author && article.author && foreign(article.author),
      article.published_at && dateOf(article),
      languageName(article.language),
      ...more,
    ),
  );
}

/** When an article was published. */
export function dateOf({ published_at: text }, ...more) {
  return h('time', { datetime: text.slice(0, 10) }, date(text), more);
}

/**
 * Remove an article, and offer to bring it back: what was stored is kept here, and sent again on request.
 * @param {{id: string}} given
 * @param {{removed: (id: string) => void, changed: () => void}} page told when it is gone, and when it is back
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

async function bringBack(kept, page) {
  try {
    await restore(kept);
    page.changed();
    notify([`${say('restored')} `, titleOf(kept)]);
  } catch (error) {
    tell(error, { label: say('retry'), run: () => bringBack(kept, page) });
  }
}

function tell(error, action) {
  const { title, detail } = explain(error);
  notify([title, detail && ` ${detail}`], action);
}

/** Stories: the events that several articles tell, newest first. */

/** @import { Address } from './address.js' */

import { countFilters, forService, href, MOST_DAYS, NO_FILTERS } from './address.js';
import { articleLink, lineOf } from './articles.js';
import { dotted, foreign, h } from './elements.js';
import { explain } from './failure.js';
import { emptyCorpus } from './front.js';
import { most, overview } from './known.js';
import { dates, languageName, number, say } from './language.js';
import { announce, notify } from './notices.js';
import { stories as find } from './service.js';

const AT_ONCE = 20;
const WINDOWS = /** @type {const} */ ([7, 30, 365, MOST_DAYS]);
const MOST_SOURCES = 6;

/**
 * The articles whose near-duplicates are unfolded. They still are when somebody comes back.
 * @type {Set<string>}
 */
const unfolded = new Set();

/**
 * Show the stories of `address`.
 * @param {Address} address
 * @param {AbortSignal} signal
 */
export async function stories(address, signal) {
  const [{ days, found }, known] = await Promise.all([firstOf(address, signal), overview()]);
  if (known.articles === 0) return { title: say('sectionStories'), nodes: emptyCorpus() };
  const counted = say('storiesFound', number(found.total), number(found.articles));
  announce(found.total > 0 ? counted : say('noStories'));
  const list = h(
    'ol',
    { id: 'stories' },
    found.stories.map((story) => entry(story, address)),
  );
  return {
    title: say('sectionStories'),
    nodes: h(
      'div',
      { class: 'stories' },
      h('h1', { class: 'view-title' }, say('sectionStories')),
      h('p', { class: 'hint' }, say('storiesHint')),
      windows(address, days),
      found.total === 0
        ? nothing(address, days, found)
        : [
            h(
              'p',
              { class: 'figures' },
              counted,
              found.compared < found.articles && [' ', say('storiesCompared', number(found.compared))],
            ),
            list,
            found.stories.length < found.total && moreButton(list, address, days, found.stories.length, signal),
          ],
    ),
  };
}

/**
 * Ask for the first stories: of the window that was chosen, else of the last week, or of all time if that has none, as
 * in an archive.
 * @param {Address} address
 * @param {AbortSignal} signal
 */
async function firstOf(address, signal) {
  const { days, filters } = address;
  if (days || filters.from) return { days, found: await ask(address, days, 0, signal) };
  const found = await ask(address, WINDOWS[0], 0, signal);
  if (found.total > 0) return { days: WINDOWS[0], found };
  return { days: MOST_DAYS, found: await ask(address, MOST_DAYS, 0, signal) };
}

/**
 * @param {Address} address
 * @param {number} days
 * @param {number} offset
 * @param {AbortSignal} signal
 */
async function ask({ filters }, days, offset, signal) {
  return find(forService(filters), days, await most(AT_ONCE), offset, signal);
}

/**
 * Link to the windows. A window takes the place of a first day that was set.
 * @param {Address} address
 * @param {number} days
 */
function windows(address, days) {
  const { filters } = address;
  /** @param {(typeof WINDOWS)[number]} length in days */
  const link = (length) => {
    const target = href({ ...address, days: length, filters: { ...filters, from: '' } });
    const isShown = !filters.from && length === days;
    return h(
      'li',
      {},
      h('a', { href: target, 'data-inside': true, 'aria-current': isShown && 'true' }, say(`window_${length}`)),
    );
  };
  return h('nav', { class: 'windows', 'aria-label': say('storiesWindow') }, h('ul', {}, WINDOWS.map(link)));
}

/**
 * @param {Address} address
 * @param {number} days
 * @param {Service.StoryList} found
 */
function nothing(address, days, { articles }) {
  const isFiltered = countFilters(address.filters) > 0;
  const isAll = !address.filters.from && days === MOST_DAYS;
  const detail =
    articles === 0 && isFiltered
      ? say('nothingFiltered')
      : say(isAll ? 'noStoriesAtAll' : 'noStoriesDetail', number(articles));
  return h(
    'section',
    { class: 'message' },
    h('h2', {}, say('noStories')),
    h('p', {}, detail),
    isFiltered &&
      h(
        'p',
        {},
        h(
          'a',
          { class: 'button primary', href: href({ ...address, filters: NO_FILTERS }), 'data-inside': true },
          say('clearFilters'),
        ),
      ),
  );
}

/**
 * @param {Service.StoryOut} story
 * @param {Address} address
 */
function entry(story, address) {
  const { representative, articles } = story;
  const copies = Map.groupBy(articles, (item) => item.near_duplicate_of);
  const others = (copies.get(null) ?? []).filter(({ article }) => article.id !== representative.id);
  return h(
    'li',
    { class: 'story' },
    h('p', { class: 'kicker' }, dotted(span(story), say('articles', number(story.size)))),
    h('h2', {}, articleLink(representative, address, {}, { 'data-item': true })),
    h('p', { class: 'line' }, dotted(story.languages.map(languageName).join(', '), sources(story))),
    folded(copies.get(representative.id), representative, address),
    others.length > 0 &&
      h(
        'ul',
        { class: 'others' },
        others.map(({ article }) => told(article, address, copies.get(article.id))),
      ),
    articles.length < story.size && h('p', { class: 'hint' }, say('andMore', number(story.size - articles.length))),
  );
}

/**
 * @param {Service.ArticleOut} article
 * @param {Address} address
 * @param {Service.StoryArticleOut[]} [copies]
 * @returns {HTMLLIElement}
 */
function told(article, address, copies) {
  return h(
    'li',
    {},
    h('h3', {}, articleLink(article, address, {}, { 'data-item': true })),
    lineOf(article),
    folded(copies, article, address),
  );
}

/**
 * Show the near-duplicates of an article, out of the way until they are wanted.
 * @param {Service.StoryArticleOut[] | undefined} copies
 * @param {Service.ArticleOut} original
 * @param {Address} address
 */
function folded(copies, original, address) {
  if (!copies) return null;
  const remember = () => (details.open ? unfolded.add(original.id) : unfolded.delete(original.id));
  /** @type {HTMLDetailsElement} */
  const details = h(
    'details',
    { class: 'copies', open: unfolded.has(original.id), ontoggle: remember },
    h('summary', { 'data-item': true }, say('nearDuplicates', number(copies.length))),
    h(
      'ul',
      {},
      copies.map(({ article }) => told(article, address)),
    ),
  );
  return details;
}

/**
 * Name the sources of a story, that of the representative first.
 * @param {Service.StoryOut} story
 */
function sources({ representative, articles }) {
  const names = [representative, ...articles.map(({ article }) => article)].map(({ source }) => source ?? '');
  const distinct = [...new Set(names)].filter(Boolean);
  const named = distinct.slice(0, MOST_SOURCES).flatMap((name, at) => [at > 0 && ', ', foreign(name)]);
  if (distinct.length === 0) return null;
  return [named, distinct.length > MOST_SOURCES && ` ${say('andMore', number(distinct.length - MOST_SOURCES))}`];
}

/**
 * Say from when to when a story was told, as its articles date it, else as the service does.
 * @param {Service.StoryOut} story
 */
function span({ articles, size, oldest, newest }) {
  const last = size === articles.length ? articles[size - 1].article.published_at : null;
  return dates(last ?? oldest, articles[0].article.published_at ?? newest);
}

/**
 * @param {HTMLOListElement} list
 * @param {Address} address
 * @param {number} days
 * @param {number} offset
 * @param {AbortSignal} signal
 * @returns {HTMLButtonElement}
 */
function moreButton(list, address, days, offset, signal) {
  const button = h('button', { type: 'button', class: 'more', onclick: () => more() }, say('moreStories'));
  async function more() {
    button.disabled = true;
    try {
      const found = await ask(address, days, offset, signal);
      const further = found.stories.map((story) => entry(story, address));
      list.append(...further);
      further[0]?.querySelector('a')?.focus();
      const next = offset + further.length;
      if (further.length > 0 && next < found.total) button.replaceWith(moreButton(list, address, days, next, signal));
      else button.remove();
    } catch (error) {
      if (signal.aborted) return;
      button.disabled = false;
      notify([explain(error).title], { label: say('retry'), run: more });
    }
  }
  return button;
}

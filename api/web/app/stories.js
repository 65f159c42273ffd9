/** Stories: the events that several articles tell, newest first. */

import { MOST_DAYS, NO_FILTERS, countFilters, forService, href } from './address.js';
import { articleLink, lineOf } from './articles.js';
import { dotted, foreign, h } from './elements.js';
import { explain } from './failure.js';
import { emptyCorpus } from './front.js';
import { most, overview } from './known.js';
import { dates, languageName, number, say } from './language.js';
import { announce, notify } from './notices.js';
import { stories as find } from './service.js';

const AT_ONCE = 20;
const WINDOWS = [7, 30, 365, MOST_DAYS];
const MOST_SOURCES = 6;

/** The articles whose near-duplicates are unfolded, so that they still are when somebody comes back. */
const unfolded = new Set();

/**
 * Show the stories of `address`.
 * @param {import('./address.js').Address} address
 * @param {AbortSignal} signal
 */
export async function stories(address, signal) {
  const [{ days, found }, known] = await Promise.all([firstOf(address, signal), overview()]);
  if (known.articles === 0) return { title: say('sectionStories'), nodes: emptyCorpus() };
  const counted = say('storiesFound', number(found.total), number(found.articles));
  announce(found.total > 0 ? counted : say('noStories'));
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
            h(
              'ol',
              { id: 'stories' },
              found.stories.map((story) => entry(story, address)),
            ),
            found.stories.length < found.total && moreButton(address, days, found.stories.length, signal),
          ],
    ),
  };
}

/** The first stories. Where no window was chosen: of the last week, or of all time if that has none, as in an archive. */
async function firstOf(address, signal) {
  const { days, filters } = address;
  if (days || filters.from) return { days, found: await list(address, days, 0, signal) };
  const found = await list(address, WINDOWS[0], 0, signal);
  if (found.total > 0) return { days: WINDOWS[0], found };
  return { days: MOST_DAYS, found: await list(address, MOST_DAYS, 0, signal) };
}

async function list({ filters }, days, offset, signal) {
  return find(forService(filters), days, await most(AT_ONCE), offset, signal);
}

/** Links to the windows; one takes the place of a first day that was set. */
function windows(address, days) {
  const { filters } = address;
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

function told(article, address, copies) {
  return h(
    'li',
    {},
    h('h3', {}, articleLink(article, address, {}, { 'data-item': true })),
    lineOf(article),
    folded(copies, article, address),
  );
}

/** The near-duplicates of an article, out of the way until they are wanted. */
function folded(copies, original, address) {
  if (!copies) return null;
  const remember = ({ target }) => (target.open ? unfolded.add(original.id) : unfolded.delete(original.id));
  return h(
    'details',
    { class: 'copies', open: unfolded.has(original.id), ontoggle: remember },
    h('summary', { 'data-item': true }, say('nearDuplicates', number(copies.length))),
    h(
      'ul',
      {},
      copies.map(({ article }) => told(article, address)),
    ),
  );
}

/** The sources of a story, that of the representative first. */
function sources({ representative, articles }) {
  const names = [representative, ...articles.map(({ article }) => article)].map(({ source }) => source).filter(Boolean);
  const distinct = [...new Set(names)];
  const named = distinct.slice(0, MOST_SOURCES).flatMap((name, at) => [at > 0 && ', ', foreign(name)]);
  if (distinct.length === 0) return null;
  return [named, distinct.length > MOST_SOURCES && ` ${say('andMore', number(distinct.length - MOST_SOURCES))}`];
}

/** From when to when a story was told: as its articles say it, else as the service counts them. */
function span({ articles, size, oldest, newest }) {
  const last = size === articles.length ? articles.at(-1).article.published_at : null;
  return dates(last ?? oldest, articles[0].article.published_at ?? newest);
}

function moreButton(address, days, offset, signal) {
  const button = h('button', { type: 'button', class: 'more', onclick: () => more() }, say('moreStories'));
  async function more() {
    button.disabled = true;
    try {
      const found = await list(address, days, offset, signal);
      const further = found.stories.map((story) => entry(story, address));
      document.getElementById('stories').append(...further);
      further[0]?.querySelector('a').focus();
      const next = offset + further.length;
      if (further.length > 0 && next < found.total) button.replaceWith(moreButton(address, days, next, signal));
      else button.remove();
    } catch (error) {
      if (signal.aborted) return;
      button.disabled = false;
      notify([explain(error).title], { label: say('retry'), run: more });
    }
  }
  return button;
}

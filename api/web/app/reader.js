/** The whole article, scrolled to the cited sentence, with similar articles beside it. */

/**
 * @import { Address, Span } from './address.js'
 * @import { Page } from './main.js'
 */

import { href } from './address.js';
import { articleLink, dateOf, lineOf, placeOf, removeWithUndo, titleOf } from './articles.js';
import { byId, dotted, foreign, h, languageTag, webLink } from './elements.js';
import { failure } from './failure.js';
import { most } from './known.js';
import { date, languageName, number, say } from './language.js';
import { notify } from './notices.js';
import { length, slice } from './offsets.js';
import { article as read, similar } from './service.js';
import { textOf } from './text.js';

const SIMILAR = 6;
const SEEN_AT_ONCE = 0.85;

/**
 * Show the article of `address`.
 * @param {Address} address
 * @param {AbortSignal} signal
 * @param {Page} page told of what was removed or brought back
 */
export async function reader(address, signal, page) {
  const article = await read(address.article, signal);
  const isSame = !address.sha || article.sha256.startsWith(address.sha);
  const cited = isSame ? address.at : null;
  const beside = h('div', { class: 'loading', 'aria-busy': 'true' }, say('loading'));
  showSimilar(beside, address, signal);
  return {
    title: article.title || article.id,
    nodes: h(
      'div',
      { class: 'reader' },
      h(
        'article',
        {},
        h(
          'p',
          { class: 'back' },
          h('a', { href: href({ ...address, article: '' }), 'data-back': true }, '← ', say(backTo(address))),
        ),
        h(
          'header',
          {},
          article.source && h('p', { class: 'kicker' }, foreign(article.source)),
          h(
            'h1',
            { id: 'headline', tabindex: '-1', lang: languageTag(article.language), dir: 'auto' },
            titleOf(article),
          ),
          byline(article, placeAt(article, cited)),
          actions(article, cited, page),
        ),
        !isSame && h('p', { class: 'message changed', role: 'note' }, say('editedSince')),
        textOf(article, cited),
      ),
      h('aside', { 'aria-labelledby': 'similar-title' }, h('h2', { id: 'similar-title' }, say('similar')), beside),
    ),
    ready: () => land(cited !== null),
  };
}

/**
 * @param {Address} address
 * @returns {'backToStories' | 'backToCorpus' | 'backToAnswer' | 'backToFront'}
 */
function backTo({ q, view }) {
  if (view === 'stories') return 'backToStories';
  if (view === 'corpus') return 'backToCorpus';
  return q ? 'backToAnswer' : 'backToFront';
}

/**
 * Return the page and the section that what is cited begins in.
 * @param {Service.ArticleWithText} article
 * @param {Span | null} cited
 */
function placeAt({ places }, cited) {
  const before = cited ? places.filter(({ start }) => start <= cited.start) : [];
  return before.at(-1) ?? { page: null, section: null };
}

/**
 * @param {Service.ArticleWithText} article
 * @param {{page: number | null, section: string | null}} place of what is cited
 */
function byline(article, place) {
  const time = article.published_at?.slice(11, 16);
  return h(
    'p',
    { class: 'line' },
    dotted(
      article.author && foreign(article.author),
      article.published_at && dateOf(article.published_at, time && `, ${time}`),
      languageName(article.language),
      say('characters', number(length(article.text))),
      ...placeOf(place, article.title),
    ),
  );
}

/**
 * @param {Service.ArticleWithText} article
 * @param {Span | null} cited
 * @param {Page} page
 */
function actions(article, cited, page) {
  const remove = () => removeWithUndo(article, page);
  return h(
    'p',
    { class: 'actions' },
    webLink(article.url, { class: 'outside' }, say('openSource')),
    navigator.clipboard &&
      h('button', { type: 'button', class: 'link', onclick: () => copy(article, cited) }, say('copyCitation')),
    h('button', { type: 'button', class: 'link danger', onclick: remove }, say('remove')),
  );
}

/**
 * Copy the quotation, or the title when nothing is cited, with its source.
 * @param {Service.ArticleWithText} article
 * @param {Span | null} cited
 */
async function copy(article, cited) {
  const quotation = cited && `“${slice(article.text, cited.start, cited.end).trim()}”`;
  const { page, section } = placeAt(article, cited);
  const where = [
    article.title,
    section !== article.title && section,
    page !== null && say('onPage', page),
    article.source,
    article.published_at && date(article.published_at),
    article.url,
  ];
  try {
    await navigator.clipboard.writeText([quotation, where.filter(Boolean).join(', ')].filter(Boolean).join(' — '));
    notify([say('copied')]);
  } catch {
    notify([say('copyFailed')]);
  }
}

/**
 * Bring the cited sentence before the reader's eyes, and the keyboard to it; without one, to the headline.
 * @param {boolean} isCited
 */
function land(isCited) {
  /** @type {HTMLElement | null} */
  const mark = isCited ? document.querySelector('.text mark.cited') : null;
  const target = mark ?? byId('headline', HTMLElement);
  target.setAttribute('tabindex', '-1');
  target.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  // A sentence that can be seen below the headline is best read there.
  if (mark && mark.getBoundingClientRect().bottom > window.innerHeight * SEEN_AT_ONCE)
    mark.scrollIntoView({ block: 'center' });
}

/**
 * @param {HTMLElement} place
 * @param {Address} address
 * @param {AbortSignal} signal
 */
async function showSimilar(place, address, signal) {
  try {
    const { articles } = await similar(address.article, await most(SIMILAR), signal);
    const none = h('p', { class: 'hint' }, say('noneSimilar'));
    place.replaceWith(
      articles.length
        ? h(
            'ol',
            { class: 'similar' },
            articles.map((item) => entry(item, address)),
          )
        : none,
    );
  } catch (error) {
    if (signal.aborted) return;
    const message = failure(error, () => {
      const again = h('div', { class: 'loading' }, say('loading'));
      message.replaceWith(again);
      showSimilar(again, address, signal);
    });
    place.replaceWith(message);
  }
}

/**
 * @param {Service.SimilarOut} similar
 * @param {Address} address
 */
function entry({ article, near_duplicate: isSame, shared, score }, address) {
  const at = shared[0] && { start: shared[0].start, end: shared[0].end };
  return h(
    'li',
    { class: isSame ? 'same' : null },
    isSame && h('p', { class: 'badge' }, say('nearDuplicate')),
    h('h3', {}, articleLink(article, address, { at }, { 'data-item': true })),
    lineOf(article, { more: [h('span', { title: say('similarityHint') }, say('similarity'), ' ', number(score, 2))] }),
    shared.length > 0 && h('p', { class: 'hint' }, say('sharedSentences', shared.length)),
  );
}

/** The page: it opens an address and shows its view; a link, a question or the back button opens another. */

/**
 * @import { Address, Filters } from './address.js'
 * @import { Child } from './elements.js'
 * @import { Language } from './language.js'
 *
 * @typedef {typeof page} Page
 *
 * @typedef {object} Shown
 * @property {string} title of the window
 * @property {Child} nodes
 * @property {() => void} [ready] called when they are on the page and it is new to the reader
 *
 * @typedef {(address: Address, signal: AbortSignal, page: Page) => Promise<Shown>} View
 *
 * @typedef {{href: string, position: number}} Followed a link that was followed, among those that lead to the same
 */

import { adding, takeFilesAnywhere } from './adding.js';
import { href, read } from './address.js';
import { answer, forgetAnswers } from './answer.js';
import { corpus } from './corpus.js';
import { byId, fill, h } from './elements.js';
import { failure } from './failure.js';
import { showFilters } from './filters.js';
import { front } from './front.js';
import { listenToKeys } from './keyboard.js';
import { forgetOverview, overview } from './known.js';
import { isLanguage, number, say, sayAll, switchLanguage } from './language.js';
import { announce } from './notices.js';
import { reader } from './reader.js';
import { stories } from './stories.js';

const LOADING_AFTER_MS = 150; // a faster view would only flicker
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // window titles cannot isolate them

const main = byId('main', HTMLElement);
const question = byId('question', HTMLInputElement);
let opening = new AbortController();

/** What views may ask of the page. */
const page = {
  /** The corpus has changed; everything shown or kept of it is out of date. */
  changed() {
    forgetAnswers();
    forgetOverview();
    showEdition();
    const { view, article } = address();
    if (view !== 'add' || article) show({ keepPlace: true }); // the view for adding stays as it is
  },
  /**
   * An article has been removed. If it is the open one, nothing is left to show.
   * @param {string} id
   */
  removed(id) {
    if (address().article !== id) {
      page.changed();
      return;
    }
    forgetAnswers();
    forgetOverview();
    showEdition();
    leave();
  },
};

function address() {
  return read(location.search);
}

/**
 * @param {Address} address
 * @returns {View}
 */
function viewOf({ view, article, q }) {
  if (article) return reader;
  if (view === 'ask') return q ? answer : front;
  return { stories, corpus, add: adding }[view];
}

/**
 * Show the view of the address bar.
 * @param {{state?: {scroll?: number, followed?: Followed | null}, keepPlace?: boolean}} how `state` as the address was
 *   left; `keepPlace` shows the same again
 */
async function show({ state, keepPlace = false } = {}) {
  opening.abort();
  opening = new AbortController();
  const { signal } = opening;
  const at = address();
  showControls(at, keepPlace);
  const busy = keepPlace
    ? 0
    : setTimeout(() => fill(main, h('p', { class: 'loading' }, say('loading'))), LOADING_AFTER_MS);
  main.setAttribute('aria-busy', 'true');
  try {
    const { title, nodes, ready } = await viewOf(at)(at, signal, page);
    if (signal.aborted) return;
    clearTimeout(busy);
    const scroll = keepPlace ? window.scrollY : state?.scroll;
    fill(main, nodes);
    document.title = [title.replace(DIRECTION_MARKS, ''), 'Hỏi đáp'].filter(Boolean).join(' · ');
    place(scroll, state?.followed, ready, keepPlace);
  } catch (error) {
    clearTimeout(busy);
    if (signal.aborted) return;
    fill(
      main,
      failure(error, () => {
        showEdition();
        show();
      }),
    );
  } finally {
    if (!signal.aborted) main.removeAttribute('aria-busy');
  }
}

/**
 * Scroll and focus as a reader expects: back to the link that was followed, else to what the view is about.
 * @param {number | undefined} scroll
 * @param {Followed | null | undefined} followed
 * @param {(() => void) | undefined} ready
 * @param {boolean} keepPlace
 */
function place(scroll, followed, ready, keepPlace) {
  if (scroll === undefined) {
    window.scrollTo(0, 0);
    ready?.();
    return;
  }
  window.scrollTo(0, scroll);
  if (keepPlace) return;
  if (followed) linksTo(followed.href)[followed.position]?.focus({ preventScroll: true });
}

/**
 * Return the links of the view that lead to an address; a citation and its card lead to the same.
 * @param {string} target
 */
function linksTo(target) {
  return [...main.querySelectorAll('a')].filter((link) => link.getAttribute('href') === target);
}

/**
 * @param {Address} at
 * @param {boolean} keepPlace
 */
function showControls(at, keepPlace) {
  if (!keepPlace) question.value = at.q; // while the place is kept, somebody may be typing
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll('[data-section]');
  for (const link of links) {
    if (link.dataset.section === at.view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.body.dataset.view = at.article ? 'reader' : at.view === 'ask' && at.q ? 'answer' : at.view;
  byId('filters', HTMLElement).hidden = Boolean(at.article) || at.view === 'add';
  showFilters(at, filter);
}

async function showEdition() {
  const edition = byId('edition', HTMLElement);
  try {
    const { articles, languages } = await overview();
    edition.textContent = articles === 0 ? '' : say('edition', number(articles), number(Object.keys(languages).length));
  } catch {
    edition.textContent = '';
  }
}

/**
 * Open another address, and remember where the reader was on this one.
 * @param {string} target
 * @param {HTMLAnchorElement | null} link that was followed
 */
function go(target, link = null) {
  const followed = link && { href: target, position: linksTo(target).indexOf(link) };
  const here = location.pathname + location.search;
  history.replaceState({ ...history.state, scroll: window.scrollY, followed }, '');
  if (target !== here) history.pushState({ depth: depthOf(target) }, '', target);
  return show();
}

/**
 * Count the articles opened one from another since the list they came from; undefined when there was no list.
 * @param {string} target
 */
function depthOf(target) {
  if (!read(target.slice(1)).article) return undefined;
  return address().article ? history.state?.depth && history.state.depth + 1 : 1;
}

/** @param {Filters} filters */
function filter(filters) {
  go(href({ ...address(), filters }));
}

/** Leave the article, the answer or the section that is open; return whether anything was. */
function leave() {
  const at = address();
  if (at.article && history.state?.depth) history.go(-history.state.depth);
  else if (at.article) go(href({ ...at, article: '' }));
  else if (at.q || at.view !== 'ask') question.focus();
  else return false;
  return true;
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-inside], a[data-back]') : null;
  const isChanged = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!(link instanceof HTMLAnchorElement) || event.button !== 0 || isChanged) return;
  event.preventDefault();
  if ('back' in link.dataset) leave();
  else go(link.getAttribute('href') ?? '/', link);
});

byId('ask-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const q = question.value.trim();
  if (!q) return;
  const { filters } = address();
  announce(say('loading'));
  if (matchMedia('(pointer: coarse)').matches) question.blur(); // the keyboard on the screen gives way to the answer
  go(href({ q, filters }));
});

/** @type {NodeListOf<HTMLElement>} */
const languages = document.querySelectorAll('[data-language]');
for (const button of languages) {
  const { language } = button.dataset;
  if (isLanguage(language)) button.addEventListener('click', () => speak(language));
}

/** @param {Language} language */
function speak(language) {
  switchLanguage(language);
  sayAll();
  showEdition();
  show({ keepPlace: true });
}

addEventListener('pagehide', () => history.replaceState({ ...history.state, scroll: window.scrollY }, ''));
addEventListener('popstate', ({ state }) => show({ state: state ?? {} }));
history.scrollRestoration = 'manual';
listenToKeys(leave);
takeFilesAnywhere(() => {
  if (address().view !== 'add' || address().article) go(href({ view: 'add' }));
}, page.changed);
sayAll();
showEdition();
show({ state: history.state ?? undefined });

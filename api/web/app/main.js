/** The page: an address is opened, its view is shown; a link, a question or the back button opens another. */

import { adding, takeFilesAnywhere } from './adding.js';
import { href, read } from './address.js';
import { answer, forgetAnswers } from './answer.js';
import { corpus } from './corpus.js';
import { fill, h } from './elements.js';
import { failure } from './failure.js';
import { showFilters } from './filters.js';
import { front } from './front.js';
import { listenToKeys } from './keyboard.js';
import { forgetOverview, overview } from './known.js';
import { number, say, sayAll, switchLanguage } from './language.js';
import { announce } from './notices.js';
import { reader } from './reader.js';
import { stories } from './stories.js';

const LOADING_AFTER_MS = 150; // what comes sooner would only flicker
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // a window's title cannot isolate them

const main = document.getElementById('main');
const question = document.getElementById('question');
let opening = new AbortController();

/** What views may ask of the page. */
const page = {
  /** The corpus has changed: what is shown and kept of it is out of date. */
  changed() {
    forgetAnswers();
    forgetOverview();
    showEdition();
    const { view, article } = address();
    if (view !== 'add' || article) show({ keepPlace: true }); // adding goes on as it is
  },
  /** An article has been removed; when it is the one that is open, there is nothing left to show. */
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

function viewOf({ view, article, q }) {
  if (article) return reader;
  return { stories, corpus, add: adding }[view] ?? (q ? answer : front);
}

/**
 * Show what the address bar says.
 * @param {{state?: {scroll?: number, followed?: {href: string, position: number}}, keepPlace?: boolean}} how `state` as the address was left;
 *   `keepPlace` shows the same again
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

/** Scroll and focus as a reader expects: back to where a link was followed, else to what the view is about. */
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

/** The links of the view that lead to the same address; a citation and its card do. */
function linksTo(target) {
  return [...main.querySelectorAll('a')].filter((link) => link.getAttribute('href') === target);
}

function showControls(at, keepPlace) {
  if (!keepPlace) question.value = at.q; // else somebody may be typing
  const section = at.view;
  for (const link of document.querySelectorAll('[data-section]')) {
    if (link.dataset.section === section) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.body.dataset.view = at.article ? 'reader' : at.view === 'ask' && at.q ? 'answer' : at.view;
  document.getElementById('filters').hidden = Boolean(at.article) || at.view === 'add';
  showFilters(at, filter);
}

async function showEdition() {
  const edition = document.getElementById('edition');
  try {
    const { articles, languages } = await overview();
    edition.textContent = articles === 0 ? '' : say('edition', number(articles), number(Object.keys(languages).length));
  } catch {
    edition.textContent = '';
  }
}

/**
 * Open another address, remembering where on this one the reader was.
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

/** How many articles have been opened one from another since the list they came from; unknown when there was none. */
function depthOf(target) {
  if (!read(target.slice(1)).article) return undefined;
  return address().article ? history.state?.depth && history.state.depth + 1 : 1;
}

function filter(filters) {
  go(href({ ...address(), filters }));
}

/** Leave what is open: the article, the answer or a section; returns whether anything was. */
function leave() {
  const at = address();
  if (at.article && history.state?.depth) history.go(-history.state.depth);
  else if (at.article) go(href({ ...at, article: '' }));
  else if (at.q || at.view !== 'ask') question.focus();
  else return false;
  return true;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-inside], a[data-back]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if ('back' in link.dataset) leave();
  else go(link.getAttribute('href'), link);
});

document.getElementById('ask-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const q = question.value.trim();
  if (!q) return;
  const { filters } = address();
  announce(say('loading'));
  if (matchMedia('(pointer: coarse)').matches) question.blur(); // the keyboard on the screen gives way to the answer
  go(href({ q, filters }));
});

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    switchLanguage(button.dataset.language);
    sayAll();
    showEdition();
    show({ keepPlace: true });
  });
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

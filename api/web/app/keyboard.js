/** The keyboard: / to the question, arrows through the results, Enter opens, Esc goes back. */

import { byId } from './elements.js';

const KEPT_AS = 'hoidap.shortcut';

/**
 * Listen to the keys.
 * @param {() => boolean} leave goes back from what is open, and says whether there was something
 */
export function listenToKeys(leave) {
  const box = byId('shortcut', HTMLInputElement);
  box.checked = isKept();
  box.addEventListener('change', () => keep(box.checked));
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const question = byId('question', HTMLInputElement);
    const from = event.target instanceof Element ? event.target : null;
    if (event.key === '/' && box.checked && !isTyping(from)) {
      event.preventDefault();
      question.focus();
      question.select();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (move(from, event.key === 'ArrowDown' ? 1 : -1, question)) event.preventDefault();
    } else if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
      if (closeFilters(from) || (!isTyping(from) && leave())) event.preventDefault();
    }
  });
}

/**
 * Move between the question and the links of the results, in the order of the page; return whether it did.
 * @param {Element | null} from
 * @param {1 | -1} step
 * @param {HTMLElement} question
 */
function move(from, step, question) {
  /** @type {NodeListOf<HTMLElement>} */
  const results = document.querySelectorAll('[data-item]');
  const items = [question, ...results].filter((item) => item.checkVisibility());
  const at = from instanceof HTMLElement ? items.indexOf(from) : -1;
  if (at === -1) return false;
  const next = items[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

/**
 * Close the filters when the keyboard is in them; return whether it was.
 * @param {Element | null} from
 */
function closeFilters(from) {
  const details = from?.closest('#filters details[open]');
  if (!(details instanceof HTMLDetailsElement)) return false;
  details.open = false;
  details.querySelector('summary')?.focus();
  return true;
}

/** @param {Element | null} element */
function isTyping(element) {
  return element?.matches('textarea, select, input:not([type=checkbox], [type=file])') ?? false;
}

function isKept() {
  try {
    return localStorage.getItem(KEPT_AS) !== 'off';
  } catch {
    return true;
  }
}

/** @param {boolean} isOn */
function keep(isOn) {
  try {
    localStorage.setItem(KEPT_AS, isOn ? 'on' : 'off');
  } catch {
    // storage can be forbidden; the choice then lasts as long as the page
  }
}

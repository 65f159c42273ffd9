/** The text of an article in the reader: the part around what is cited, and more of it on request. */

import { h } from './elements.js';
import { number, say } from './language.js';
import { Paragraphs } from './marks.js';

const AT_ONCE = 500; // browsers draw this many paragraphs without a pause; most articles are shorter
const BEFORE = 50;

/**
 * Return the text of an article, as much as is drawn at once, with buttons for the rest.
 * @param {Service.ArticleWithText} article
 * @param {import('./address.js').Span | null} cited
 */
export function textOf({ text, language }, cited) {
  const all = new Paragraphs(text, language, cited ? [{ ...cited, kind: 'cited' }] : []);
  let from = all.length > AT_ONCE ? Math.max(all.firstMarked - BEFORE, 0) : 0;
  let to = Math.min(from + AT_ONCE, all.length);

  const earlier = h('button', { type: 'button', class: 'more', onclick: () => showEarlier() });
  const later = h('button', { type: 'button', class: 'more', onclick: () => showLater() });
  const place = h('div', { class: 'text' }, earlier, all.make(from, to), later);
  label();

  function showEarlier() {
    const start = Math.max(from - AT_ONCE, 0);
    const made = all.make(start, from);
    from = start;
    extend(earlier, 'after', made, made.at(-1));
  }

  function showLater() {
    const end = Math.min(to + AT_ONCE, all.length);
    const made = all.make(to, end);
    to = end;
    extend(later, 'before', made, made[0]);
  }

  /**
   * Put paragraphs beside a button, and bring the keyboard to the one where reading goes on.
   * @param {HTMLElement} button
   * @param {'before' | 'after'} side
   * @param {HTMLElement[]} made
   * @param {HTMLElement | undefined} next
   */
  function extend(button, side, made, next) {
    button[side](...made);
    label();
    next?.setAttribute('tabindex', '-1');
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  }

  function label() {
    earlier.hidden = from === 0;
    earlier.textContent = say('earlierPart', number(from));
    later.hidden = to === all.length;
    later.textContent = say('laterPart', number(all.length - to));
  }

  return place;
}

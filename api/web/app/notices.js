/** Notices: announced to screen readers, and shown until they are closed. */

import { byId, h } from './elements.js';
import { say } from './language.js';

/** @import { Child } from './elements.js' */

/** @typedef {{label: string, run: () => unknown}} Action */

/**
 * Say something to screen readers only.
 * @param {string} text
 */
export function announce(text) {
  byId('announcement', HTMLElement).textContent = text;
}

/**
 * Show a notice. It stays until it is closed or acted on, so nobody has to hurry. The keyboard goes to its action,
 * because the element it was on may be gone, and from there to the content.
 * @param {Child[]} parts what it says
 * @param {Action} [action]
 */
export function notify(parts, action) {
  const close = () => {
    notice.remove();
    byId('main', HTMLElement).focus({ preventScroll: true });
  };
  const act = () => {
    close();
    action?.run();
  };
  const notice = h(
    'div',
    { class: 'notice', role: 'status' },
    h('p', {}, parts),
    action && h('button', { type: 'button', class: 'primary', onclick: act }, action.label),
    h('button', { type: 'button', class: 'plain', 'aria-label': say('close'), onclick: close }, '×'),
  );
  byId('notices', HTMLElement).replaceChildren(notice);
  if (action) notice.querySelector('button')?.focus({ preventScroll: true });
}

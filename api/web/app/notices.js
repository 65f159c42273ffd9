/** What happened, said in passing: announced to screen readers, and shown until it is closed. */

import { h } from './elements.js';
import { say } from './language.js';

/** Say something to screen readers only. */
export function announce(text) {
  document.getElementById('announcement').textContent = text;
}

/**
 * Show a notice. It stays until it is closed or acted on, so nobody has to hurry. The keyboard goes to its action, since
 * what it was on may be gone, and from there to the content.
 * @param {(string | Node)[]} parts what it says
 * @param {{label: string, run: () => unknown}} [action]
 */
export function notify(parts, action) {
  const close = () => {
    notice.remove();
    document.getElementById('main').focus({ preventScroll: true });
  };
  const act = () => {
    close();
    action.run();
  };
  const notice = h(
    'div',
    { class: 'notice', role: 'status' },
    h('p', {}, parts),
    action && h('button', { type: 'button', class: 'primary', onclick: act }, action.label),
    h('button', { type: 'button', class: 'plain', 'aria-label': say('close'), onclick: close }, '×'),
  );
  document.getElementById('notices').replaceChildren(notice);
  if (action) notice.querySelector('button').focus({ preventScroll: true });
}

/** The message in place of a view that failed. */

/** @import { Word } from './language.js' */

import { h } from './elements.js';
import { say } from './language.js';
import { NoKey, Problem, Unreachable } from './service.js';

/** @type {Record<number, Word>} */
const TITLES = {
  403: 'problemForbidden',
  404: 'problemNotFound',
  413: 'problemTooLarge',
  422: 'problemInvalid',
  503: 'problemNotReady',
};

/**
 * Say what went wrong, first in the words of the interface, then in the service's own.
 * @param {unknown} error
 * @returns {{title: string, detail: string, language?: string}}
 */
export function explain(error) {
  if (error instanceof Unreachable) return { title: say('goneTitle'), detail: say('goneDetail') };
  if (error instanceof NoKey) return { title: say('keyNeeded'), detail: '' };
  if (error instanceof Problem)
    return { title: say(TITLES[error.status] ?? 'problemOther'), detail: error.detail, language: 'en' };
  console.error(error); // the page itself is at fault
  return { title: say('problemOther'), detail: '' };
}

/**
 * Return a message about `error`, with a button that tries again, or a link away where that is no use.
 * @param {unknown} error
 * @param {() => void} again
 */
export function failure(error, again) {
  const { title, detail, language } = explain(error);
  const isMissing = error instanceof Problem && error.status === 404; // a second try would not find it
  const wayOut = h('a', { class: 'button primary', href: '/', 'data-inside': true }, say('backToFront'));
  return h(
    'section',
    { class: 'message failure', role: 'alert' },
    h('h1', {}, title),
    detail && h('p', { lang: language ?? null, dir: 'auto' }, detail),
    h('p', {}, isMissing ? wayOut : h('button', { type: 'button', class: 'primary', onclick: again }, say('retry'))),
  );
}

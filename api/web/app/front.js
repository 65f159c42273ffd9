/** The front page: questions to begin with, and what came in last. */

/** @import { Address } from './address.js' */

import { href } from './address.js';
import { articleLink, lineOf } from './articles.js';
import { h, languageTag } from './elements.js';
import { overview } from './known.js';
import { say } from './language.js';
import { examples } from './service.js';

/**
 * Show the front page.
 * @param {Address} address
 * @param {AbortSignal} signal
 */
export async function front(address, signal) {
  const [known, offered] = await Promise.all([overview(), examples(signal)]);
  if (known.articles === 0) return { title: '', nodes: [emptyCorpus()] };
  return {
    title: '',
    nodes: [
      h('h1', { class: 'unseen' }, say('askLabel')),
      offered.examples.length > 0 &&
        h(
          'section',
          { class: 'examples' },
          h('h2', {}, say('examples')),
          h(
            'ul',
            {},
            offered.examples.map((example) => h('li', {}, exampleLink(example, address))),
          ),
          h('p', { class: 'hint' }, say('examplesHint')),
        ),
      h(
        'section',
        { class: 'latest' },
        h('h2', {}, say('latest')),
        h(
          'ol',
          {},
          known.latest.map((article) =>
            h('li', {}, h('h3', {}, articleLink(article, address, {}, { 'data-item': true })), lineOf(article)),
          ),
        ),
      ),
    ],
  };
}

/**
 * @param {Service.ExampleOut} example
 * @param {Address} address
 */
function exampleLink({ question, language }, address) {
  const target = href({ ...address, q: question });
  return h(
    'a',
    { href: target, 'data-inside': true, 'data-item': true, lang: languageTag(language), dir: 'auto' },
    question,
  );
}

/** Say that the corpus has no articles, and how it gets some. */
export function emptyCorpus() {
  return h(
    'section',
    { class: 'message' },
    h('h1', {}, say('emptyTitle')),
    h('p', {}, say('emptyDetail')),
    h(
      'p',
      {},
      h('a', { class: 'button primary', href: href({ view: 'add' }), 'data-inside': true }, say('sectionAdd')),
    ),
    h('p', { class: 'hint' }, say('emptyCommand'), ' ', h('code', {}, 'hoidap ingest')),
  );
}

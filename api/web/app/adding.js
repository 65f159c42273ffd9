/** Adding articles: files that are dropped, chosen or pasted, and text that is pasted. */

import { href } from './address.js';
import { filesChosen, filesDropped } from './dropped.js';
import { h } from './elements.js';
import { explain } from './failure.js';
import { formats, limits } from './known.js';
import { listed, number, say, size } from './language.js';
import { store } from './service.js';
import { enqueue, reports } from './uploads.js';

/**
 * Show where articles are added.
 * @param {import('./address.js').Address} _address
 * @param {AbortSignal} _signal
 * @param {{changed: () => void}} page
 */
export async function adding(_address, _signal, page) {
  const [bounds, known] = await Promise.all([limits(), formats()]);
  return {
    title: say('sectionAdd'),
    nodes: [
      h('h1', { class: 'view-title' }, say('sectionAdd')),
      dropZone(bounds, known, page),
      h('section', { class: 'uploads', 'aria-label': say('uploads') }, reports()),
      pasteForm(bounds, page),
    ],
  };
}

function dropZone(bounds, known, page) {
  const usual = known.map(({ endings }) => endings[0]);
  const input = h('input', {
    type: 'file',
    id: 'files',
    multiple: true,
    accept: known.flatMap(({ endings }) => endings).join(','),
  });
  input.addEventListener('change', () => {
    enqueue(filesChosen(input.files), page.changed);
    input.value = '';
  });
  return h(
    'section',
    { class: 'drop' },
    h('p', { class: 'drop-title' }, say('dropHere')),
    h('p', {}, h('label', { class: 'button primary', for: 'files' }, say('chooseFiles')), input),
    h(
      'p',
      { class: 'hint' },
      say('fileKinds', listed(usual)),
      ' ',
      say('fileBounds', size(bounds.max_request_bytes), number(bounds.max_batch_articles)),
    ),
  );
}

function pasteForm(bounds, page) {
  const field = (name, attributes = {}) => {
    const input = h(attributes.rows ? 'textarea' : 'input', {
      id: `paste-${name}`,
      name,
      dir: 'auto',
      autocomplete: 'off',
      ...attributes,
    });
    return h('p', { class: `field ${name}` }, h('label', { for: input.id }, say(`field_${name}`)), input);
  };
  const outcome = h('p', { class: 'outcome', role: 'status' });
  const form = h(
    'form',
    { class: 'paste', 'aria-labelledby': 'paste-heading' },
    h('h2', { id: 'paste-heading' }, say('pasteTitle')),
    field('text', { rows: 10, required: true }),
    h('p', { class: 'check' }, h('label', {}, h('input', { type: 'checkbox', name: 'clean' }), ' ', say('pasteClean'))),
    h(
      'details',
      {},
      h('summary', {}, say('pasteMore')),
      field('title'),
      field('source'),
      field('author'),
      field('published_at', { placeholder: '2017-04-11' }),
      field('url', { type: 'url', placeholder: 'https://' }),
    ),
    h(
      'p',
      { class: 'buttons' },
      h('button', { type: 'submit', class: 'primary' }, say('pasteSend')),
      h('span', { class: 'hint' }, say('textBound', size(bounds.max_article_bytes))),
    ),
    outcome,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    storePasted(form, outcome, page);
  });
  return form;
}

async function storePasted(form, outcome, page) {
  const { clean, ...given } = Object.fromEntries(new FormData(form));
  const fields = Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, name === 'text' ? value : value.trim()])
      .filter(([, value]) => value),
  );
  const button = form.querySelector('button[type=submit]');
  button.disabled = true;
  outcome.replaceChildren(say('storing'));
  try {
    const { id, status } = await store(fields, clean === 'on');
    page.changed();
    outcome.replaceChildren(
      say(`status_${status}`),
      ' ',
      h('a', { href: href({ article: id }), 'data-inside': true }, say('readArticle')),
    );
    if (status !== 'unchanged') form.reset();
  } catch (error) {
    const { title, detail } = explain(error);
    outcome.replaceChildren(h('strong', {}, title), ' ', detail);
  } finally {
    button.disabled = false;
  }
}

/**
 * Take files that are dropped or pasted anywhere on the page, and show what becomes of them.
 * @param {() => void} show opens the place where articles are added
 * @param {() => void} changed told when something was stored
 */
export function takeFilesAnywhere(show, changed) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dragging');
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dragging');
  });
  addEventListener('drop', async (event) => {
    document.body.classList.remove('dragging');
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const files = filesDropped(event.dataTransfer);
    show();
    enqueue(await files, changed);
  });
  addEventListener('paste', (event) => {
    if (event.target.closest?.('input, textarea')) return;
    const text = event.clipboardData.getData('text/plain'); // programs that copy text often add a picture of it
    const files = text ? [] : filesChosen(event.clipboardData.files);
    const area = document.getElementById('paste-text');
    if (files.length > 0) {
      show();
      enqueue(files, changed);
    } else if (text && area) {
      area.value = text;
      area.focus();
    }
  });
}

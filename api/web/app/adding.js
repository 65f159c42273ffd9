/** Adding articles: as files that are dropped, chosen or pasted, or as text that is pasted. */

/**
 * @import { Address } from './address.js'
 * @import { Attributes } from './elements.js'
 * @import { Page } from './main.js'
 *
 * @typedef {'text' | 'title' | 'source' | 'author' | 'published_at' | 'url'} Field of an article that is pasted
 */

import { href } from './address.js';
import { filesChosen, filesDropped } from './dropped.js';
import { h } from './elements.js';
import { explain } from './failure.js';
import { formats, limits } from './known.js';
import { listed, number, say, size } from './language.js';
import { store } from './service.js';
import { enqueue, reports } from './uploads.js';

/**
 * Show the view where articles are added.
 * @param {Address} _address
 * @param {AbortSignal} _signal
 * @param {Page} page
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

/**
 * @param {Service.LimitsOut} bounds
 * @param {Service.FormatOut[]} known
 * @param {Page} page
 */
function dropZone(bounds, known, page) {
  const usual = known.map(({ endings }) => endings[0]);
  const input = h('input', {
    type: 'file',
    id: 'files',
    multiple: true,
    accept: known.flatMap(({ endings }) => endings).join(','),
  });
  input.addEventListener('change', () => {
    if (input.files) enqueue(filesChosen(input.files), page.changed);
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

/**
 * @param {Service.LimitsOut} bounds
 * @param {Page} page
 */
function pasteForm(bounds, page) {
  const send = h('button', { type: 'submit', class: 'primary' }, say('pasteSend'));
  const outcome = h('p', { class: 'outcome', role: 'status' });
  const form = h(
    'form',
    { class: 'paste', 'aria-labelledby': 'paste-heading' },
    h('h2', { id: 'paste-heading' }, say('pasteTitle')),
    field('textarea', 'text', { rows: 10, required: true }),
    h('p', { class: 'check' }, h('label', {}, h('input', { type: 'checkbox', name: 'clean' }), ' ', say('pasteClean'))),
    h(
      'details',
      {},
      h('summary', {}, say('pasteMore')),
      field('input', 'title'),
      field('input', 'source'),
      field('input', 'author'),
      field('input', 'published_at', { placeholder: '2017-04-11' }),
      field('input', 'url', { type: 'url', placeholder: 'https://' }),
    ),
    h('p', { class: 'buttons' }, send, h('span', { class: 'hint' }, say('textBound', size(bounds.max_article_bytes)))),
    outcome,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    storePasted(form, send, outcome, page);
  });
  return form;
}

/**
 * @param {'input' | 'textarea'} tag
 * @param {Field} name
 * @param {Attributes} attributes
 */
function field(tag, name, attributes = {}) {
  const id = `paste-${name}`;
  const input = h(tag, { id, name, dir: 'auto', autocomplete: 'off', ...attributes });
  return h('p', { class: `field ${name}` }, h('label', { for: id }, say(`field_${name}`)), input);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} outcome
 * @param {Page} page
 */
async function storePasted(form, button, outcome, page) {
  const given = new FormData(form);
  const text = String(given.get('text'));
  const others = [...given].filter(([name]) => name !== 'text' && name !== 'clean');
  const trimmed = others.map(([name, value]) => [name, String(value).trim()]).filter(([, value]) => value);
  button.disabled = true;
  outcome.replaceChildren(say('storing'));
  try {
    const { id, status } = await store({ text, ...Object.fromEntries(trimmed) }, given.has('clean'));
    page.changed();
    outcome.replaceChildren(
      say(`status_${status}`),
      ' ',
      h('a', { href: href({ article: id ?? '' }), 'data-inside': true }, say('readArticle')),
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
 * Take files that are dropped or pasted anywhere on the page, and show their results.
 * @param {() => void} show opens the place where articles are added
 * @param {() => void} changed told when something was stored
 */
export function takeFilesAnywhere(show, changed) {
  /** @param {DragEvent} event */
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
    if (!event.dataTransfer || !carriesFiles(event)) return;
    event.preventDefault();
    const files = filesDropped(event.dataTransfer);
    show();
    enqueue(await files, changed);
  });
  addEventListener('paste', (event) => {
    const { target, clipboardData: pasted } = event;
    if (!pasted || (target instanceof Element && target.closest('input, textarea'))) return;
    const text = pasted.getData('text/plain'); // programs that copy text often add a picture of it
    const files = text ? [] : filesChosen(pasted.files);
    const area = document.getElementById('paste-text');
    if (files.length > 0) {
      show();
      enqueue(files, changed);
    } else if (text && area instanceof HTMLTextAreaElement) {
      area.value = text;
      area.focus();
    }
  });
}

/** The key that some services want for writing. It is kept until the tab is closed, and never in an address. */

import { byId } from './elements.js';
import { say } from './language.js';

const KEPT_AS = 'hoidap.key';
const SENDABLE = /^[\x21-\x7e]+$/; // headers of HTTP carry no other letters, so no key has them
/** @type {string | null} */
let inMemory = null;

/** Return the key given before, null when none. */
export function keptKey() {
  try {
    return sessionStorage.getItem(KEPT_AS) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** Forget a key that does not fit. */
export function forgetKey() {
  keep(null);
}

/** @param {string | null} key */
function keep(key) {
  inMemory = key;
  try {
    if (key === null) sessionStorage.removeItem(KEPT_AS);
    else sessionStorage.setItem(KEPT_AS, key);
  } catch {
    // storage can be forbidden; the key then lasts as long as the page
  }
}

/** @type {Promise<boolean> | null} */
let asking = null;

/**
 * Ask for the key; resolve to whether one was given. Callers share the answer while the question is open.
 * @param {boolean} again whether a key was given that did not fit
 * @returns {Promise<boolean>}
 */
export function askForKey(again) {
  asking ??= ask(again).finally(() => {
    asking = null;
  });
  return asking;
}

/**
 * @param {boolean} again
 * @returns {Promise<boolean>}
 */
function ask(again) {
  const dialog = byId('key-dialog', HTMLDialogElement);
  const input = byId('key', HTMLInputElement);
  const reason = byId('key-reason', HTMLElement);
  reason.textContent = say(again ? 'keyWrong' : 'keyNeeded');
  byId('key-cancel', HTMLElement).onclick = () => dialog.close('');
  byId('key-form', HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    if (SENDABLE.test(input.value.trim())) dialog.close('given');
    else reason.textContent = say('keyWrong');
  };
  dialog.returnValue = '';
  input.value = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const given = dialog.returnValue === 'given';
      if (given) keep(input.value.trim());
      input.value = '';
      resolve(given);
    };
  });
}

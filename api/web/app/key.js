/** The key that some services want for writing. It is kept until the tab is closed, and never in an address. */

import { say } from './language.js';

const KEPT_AS = 'hoidap.key';
const SENDABLE = /^[\x21-\x7e]+$/; // a header of HTTP carries no other letters, so no key has them
let inMemory = null;

/** The key given before, null when none. */
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

function keep(key) {
  inMemory = key;
  try {
    if (key === null) sessionStorage.removeItem(KEPT_AS);
    else sessionStorage.setItem(KEPT_AS, key);
  } catch {
    // storage can be forbidden; it is then kept with the page
  }
}

let asking = null;

/**
 * Ask for the key; resolves to whether one was given. Who asks while the question is open gets the same answer.
 * @param {boolean} again whether a key was given that did not fit
 * @returns {Promise<boolean>}
 */
export function askForKey(again) {
  asking ??= ask(again).finally(() => {
    asking = null;
  });
  return asking;
}

function ask(again) {
  const dialog = document.getElementById('key-dialog');
  const input = document.getElementById('key');
  document.getElementById('key-reason').textContent = say(again ? 'keyWrong' : 'keyNeeded');
  document.getElementById('key-cancel').onclick = () => dialog.close('');
  document.getElementById('key-form').onsubmit = (event) => {
    event.preventDefault();
    if (SENDABLE.test(input.value.trim())) dialog.close('given');
    else document.getElementById('key-reason').textContent = say('keyWrong');
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

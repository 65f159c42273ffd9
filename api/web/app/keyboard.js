/** The keyboard: / to the question, arrows through the results, Enter opens, Esc goes back. */

const KEPT_AS = 'hoidap.shortcut';

/** Listen to the keys. `leave` goes back from what is open, and says whether there was something. */
export function listenToKeys(leave) {
  const box = document.getElementById('shortcut');
  box.checked = isKept();
  box.addEventListener('change', () => keep(box.checked));
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const question = document.getElementById('question');
    if (event.key === '/' && box.checked && !isTyping(event.target)) {
      event.preventDefault();
      question.focus();
      question.select();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (move(event.target, event.key === 'ArrowDown' ? 1 : -1, question)) event.preventDefault();
    } else if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
      if (closeFilters(event.target) || (!isTyping(event.target) && leave())) event.preventDefault();
    }
  });
}

/** Move between the question and the links of the results, in the order of the page; returns whether it did. */
function move(from, step, question) {
  const items = [question, ...document.querySelectorAll('[data-item]')].filter((item) => item.checkVisibility());
  const at = items.indexOf(from);
  if (at === -1) return false;
  const next = items[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

/** Close the filters when the keyboard is in them; returns whether it was. */
function closeFilters(from) {
  const details = from.closest?.('#filters details[open]');
  if (!details) return false;
  details.open = false;
  details.querySelector('summary').focus();
  return true;
}

function isTyping(element) {
  return element.matches?.('textarea, select, input:not([type=checkbox], [type=file])') ?? false;
}

function isKept() {
  try {
    return localStorage.getItem(KEPT_AS) !== 'off';
  } catch {
    return true;
  }
}

function keep(isOn) {
  try {
    localStorage.setItem(KEPT_AS, isOn ? 'on' : 'off');
  } catch {
    // it is then kept with the page
  }
}

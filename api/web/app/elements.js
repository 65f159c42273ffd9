/**
 * Elements from data. Text only ever becomes text nodes and attributes: nothing here, and nothing on this page, parses
 * a string as HTML.
 */

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `onclick` and the like are listeners; null, undefined and false are left out
 * @param {...unknown} children nodes, text, lists of them; null, undefined and false are left out
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make an SVG element; see `h`. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  // One by one, since a call takes no hundred thousand arguments, and an article may have as many paragraphs.
  for (const child of children.flat(Infinity)) if (isThere(child)) element.append(child);
  return element;
}

function isThere(child) {
  return child !== null && child !== undefined && child !== false;
}

/**
 * Show what a stranger wrote within a line of ours: letters that run the other way, and marks that turn the direction,
 * keep to themselves.
 * @param {string} text
 * @param {string | null} language of the text, as the service gives it
 */
export function foreign(text, language = null) {
  return h('bdi', { lang: languageTag(language) }, text);
}

/** Return a value for `lang`; "und" says that nobody knows, which is what an empty value says to a browser. */
export function languageTag(language) {
  return language === 'und' ? '' : language;
}

/**
 * Link to a page elsewhere, or null when the address is not one of the web: `javascript:` and its kin are no links.
 * @param {string | null} address
 * @param {Record<string, unknown>} attributes
 * @param {...unknown} children
 */
export function webLink(address, attributes, ...children) {
  if (!isWebAddress(address)) return null;
  return h('a', { ...attributes, href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

/** Whether an address is http or https. */
export function isWebAddress(address) {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** Put `children` in place of what `element` holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isThere));
}

/** Join nodes with a middle dot, leaving out what is not there; a line may break behind a dot, not before. */
export function dotted(...parts) {
  const there = parts.filter((part) => isThere(part) && part !== '');
  return there.flatMap((part, position) =>
    position === 0 ? [part] : [h('span', { 'aria-hidden': 'true' }, '\u00a0· '), part],
  );
}

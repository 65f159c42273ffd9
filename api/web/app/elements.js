/**
 * Elements from data. Text becomes text nodes and attributes, nothing else: no code of this page parses a string as
 * HTML.
 */

/**
 * @typedef {string | number | boolean | null | undefined | ((event: Event) => unknown)} Attribute
 * @typedef {Record<string, Attribute>} Attributes `onclick` and the like are listeners; null, undefined and false are
 *   left out
 * @typedef {Node | string | number | false | null | undefined | Child[]} Child nodes, text, lists of them; null,
 *   undefined and false are left out
 */

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * Make an SVG element; see `h`.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * @template {Element} Made
 * @param {Made} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  // Nodes are appended one by one: a call takes no hundred thousand arguments, and an article may have as many lines.
  for (const node of nodes(children)) element.append(node);
  return element;
}

/**
 * Walk through lists and the lists in them; numbers become text, and null, undefined and false are left out.
 * @param {Child[]} children
 * @returns {Generator<Node | string>}
 */
function* nodes(children) {
  for (const child of children) {
    if (Array.isArray(child)) yield* nodes(child);
    else if (isThere(child)) yield typeof child === 'number' ? String(child) : child;
  }
}

/**
 * @template Given
 * @param {Given} child
 * @returns {child is Exclude<Given, null | undefined | false>}
 */
function isThere(child) {
  return child !== null && child !== undefined && child !== false;
}

/**
 * Return the element with an id. The document must have it: anything else is a mistake of the page.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`no ${kind.name} is called ${id}`);
}

/**
 * Show a stranger's text within a line of ours. Letters that run the other way, and marks that turn the direction, do
 * not reach beyond it.
 * @param {string} text
 * @param {string | null} language of the text, as the service gives it
 */
export function foreign(text, language = null) {
  return h('bdi', { lang: languageTag(language) }, text);
}

/**
 * Return a value for `lang`. The service writes "und" where nobody knows the language, a browser an empty value.
 * @param {string | null} language
 */
export function languageTag(language) {
  return language === 'und' ? '' : language;
}

/**
 * Link to a page elsewhere. The result is null where the address is not one of the web, such as `javascript:`.
 * @param {string | null} address
 * @param {Attributes} attributes
 * @param {...Child} children
 */
export function webLink(address, attributes, ...children) {
  if (address === null || !isWebAddress(address)) return null;
  return h('a', { ...attributes, href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

/**
 * Tell whether an address is http or https.
 * @param {string} address
 */
export function isWebAddress(address) {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/**
 * Put `children` in place of what `element` holds.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Join nodes with a middle dot, leaving out null and the like. A line may break behind a dot, not before.
 * @param {...Child} parts
 * @returns {Child[]}
 */
export function dotted(...parts) {
  const there = parts.filter((part) => isThere(part) && part !== '');
  return there.flatMap((part, position) =>
    position === 0 ? [part] : [h('span', { 'aria-hidden': 'true' }, '\u00a0· '), part],
  );
}

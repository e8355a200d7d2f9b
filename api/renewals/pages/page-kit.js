// What the pages of renewals share: the reader's key, calls of the API, and messages. Data is always written as text,
// never as markup.
const KEY = 'allot.key';
const UNAUTHENTICATED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const FIRST_SERVER_ERROR = 500;
/** More than any organisation has to choose from. */
const MOST_CHOICES = 1_000;
const PAGE_SIZE = 200;

export const at = (name) => document.getElementById(name);
export const pathOf = (kind, id) => `/v1/${kind}/${encodeURIComponent(id)}`;

/** An element with texts and elements in it. */
export function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

export function link(address, text) {
  const made = element('a', text);
  made.href = address;
  return made;
}

/** A name with its id in small letters; the id alone if the reader may not read the record. */
export const named = (record, id) =>
  record === null ? [id] : [element('bdi', record.name), ' ', element('small', id)];

export const showPairs = (list, pairs) =>
  at(list).replaceChildren(...pairs.flatMap(([name, ...content]) => [element('dt', name), element('dd', ...content)]));

function write(name, text) {
  at(name).textContent = text;
  at(name).hidden = text === '';
}

/** Shows what went wrong, and what to do. */
export const tell = (text) => write('message', text);

/** Shows what was done, and moves the focus there, because the button that was pressed may be gone. */
export function report(text) {
  write('news', text);
  if (text !== '') at('news').focus();
}

/** An error whose text is for the reader. `status` is 0 if nothing answered. */
export class Failure extends Error {
  constructor(text, status = 0) {
    super(text);
    this.status = status;
    /** The API refused: it would refuse the same request again. */
    this.isRefused = status > 0 && status < FIRST_SERVER_ERROR;
  }
}

const ONCE = ' Your decision may have arrived or not. Decide the same again: it is taken only once.';
const onceMore = (isDecision) => (isDecision ? ONCE : '');

/** The API's answer. Throws a `Failure` if it refuses or does not answer. */
export async function call(url, init = {}) {
  const isDecision = init.method === 'POST';
  const headers = { ...init.headers, authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}` };
  const response = await fetch(url, { ...init, headers, cache: 'no-store', credentials: 'omit' }).catch(() => {
    const text = 'The server cannot be reached. Check your connection, then try again.';
    throw new Failure(text + onceMore(isDecision));
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === UNAUTHENTICATED) forgetKey();
  throw new Failure(refusalText(response.status, body, isDecision), response.status);
}

function refusalText(status, body, isDecision) {
  const said = body.detail ?? body.title ?? `The API answered ${status}.`;
  if (status === UNAUTHENTICATED) return `${said} A key or token can expire or be revoked: enter another one.`;
  if (status === FORBIDDEN) return `${said} Ask somebody who may do it, or ask an administrator for another key.`;
  if (status >= FIRST_SERVER_ERROR)
    return `The server does not answer at the moment (${status}). Wait a few seconds, then try again.${onceMore(isDecision)}`;
  const more = (body.errors ?? []).filter(({ message }) => !said.includes(message));
  return [said, ...more.map(({ field, message }) => `${field}: ${message}`)].join(' ');
}

/** Reads something that is not essential: null if the reader may not read it. */
export const optional = (url) =>
  call(url).catch((error) => {
    if (error.status === FORBIDDEN || error.status === NOT_FOUND) return null;
    throw error;
  });

/** Everything that there is to choose from; nothing if the reader may not read it. */
export async function choices(url) {
  const found = [];
  for (let cursor = ''; cursor !== null && found.length < MOST_CHOICES; ) {
    const page = await optional(`${url}?limit=${PAGE_SIZE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (page === null) return found;
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** A row of a table, whose first cell names it. */
export function tableRow(tag, [name, ...cells]) {
  const head = element('th', name);
  head.scope = tag === 'th' ? 'col' : 'row';
  const others = cells.map((cell) => element(tag, cell));
  if (tag === 'th') for (const other of others) other.scope = 'col';
  return element('tr', head, ...others);
}

function forgetKey() {
  sessionStorage.removeItem(KEY);
  at('content').hidden = true;
  at('again').hidden = true;
  at('sign-in').hidden = false;
  clearContent();
  at('key').focus();
}

let clearContent = () => {};

/** Does the work with all buttons off, and shows what went wrong. True if nothing did. */
export async function attempt(work) {
  const buttons = [...document.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  tell('');
  report('');
  try {
    await work();
    return true;
  } catch (error) {
    tell(error.message);
    return false;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** A header takes only these characters. With any other the request would fail as if the server were away. */
const KEY_CHARACTERS = /^[\x21-\x7e]+$/;

function takeKey(entered) {
  if (!KEY_CHARACTERS.test(entered))
    throw new Failure('A key or token has only letters, digits and signs, and no blanks: copy it again.');
  sessionStorage.setItem(KEY, entered);
}

/**
 * Shows the content once there is a key. `show` reads the data and writes it on the page, `clear` takes all data off
 * the page, and `opened` runs once the page is shown; its argument says whether the reader has just entered the key.
 */
export function startPage({ show, clear, opened = () => {} }) {
  clearContent = clear;
  const open = async (hasSignedIn) => {
    const done = await attempt(async () => {
      await show();
      at('sign-in').hidden = true;
      at('content').hidden = false;
    });
    at('again').hidden = done || sessionStorage.getItem(KEY) === null;
    if (done) opened(hasSignedIn);
  };
  at('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    const entered = at('key').value.trim();
    at('key').value = '';
    void attempt(() => takeKey(entered)).then((isKey) => isKey && open(true));
  });
  at('sign-out').addEventListener('click', () => {
    tell('');
    report('');
    forgetKey();
  });
  at('try-again').addEventListener('click', () => void open(false));
  if (sessionStorage.getItem(KEY) === null) forgetKey();
  else void open(false);
}

import { fileURLToPath } from 'node:url';
import { inject, vi } from 'vitest';

/**
 * A page of api/pages, run in Node against the API under test: its own HTML and script in a document that knows what
 * these pages use of one, and throws a TypeError at anything else.
 */

type Listener = (event: { preventDefault(): void }) => void;

const VOID = new Set(['meta', 'link', 'input']);
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export class PageElement {
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly nodes: (PageElement | string)[] = [];
  parent: PageElement | null = null;
  disabled = false;
  value = '';
  href = '';
  scope = '';
  min = '';
  step = '';
  isFocused = false;
  private readonly listeners: [string, Listener][] = [];

  constructor(tag: string, attributes = new Map<string, string>()) {
    this.tag = tag;
    this.attributes = attributes;
    this.href = attributes.get('href') ?? '';
  }

  get hidden(): boolean {
    return this.attributes.has('hidden');
  }
  set hidden(isHidden: boolean) {
    if (isHidden) this.attributes.set('hidden', '');
    else this.attributes.delete('hidden');
  }

  get dataset(): Record<string, string> {
    const { attributes } = this;
    return new Proxy({} as Record<string, string>, {
      get: (_target, name) => attributes.get(`data-${kebab(String(name))}`),
      set: (_target, name, value) => {
        attributes.set(`data-${kebab(String(name))}`, value);
        return true;
      },
    });
  }

  get classList() {
    return { toggle: (name: string, isOn: boolean) => this.attributes.set('class', isOn ? name : '') };
  }

  get textContent(): string {
    return this.nodes.map((node) => (typeof node === 'string' ? node : node.textContent)).join('');
  }
  set textContent(text: string) {
    this.replaceChildren(text);
  }

  get children(): PageElement[] {
    return this.nodes.filter((node) => typeof node !== 'string');
  }

  append(...nodes: (PageElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node !== 'string' && !(node instanceof PageElement)) throw new TypeError(`${node} is no node`);
      if (typeof node !== 'string') node.parent = this;
      this.nodes.push(node);
    }
  }
  replaceChildren(...nodes: (PageElement | string)[]): void {
    this.nodes.length = 0;
    this.append(...nodes);
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  addEventListener(type: string, listener: Listener): void {
    this.listeners.push([type, listener]);
  }
  happen(type: string): void {
    for (const [of, listener] of this.listeners) if (of === type) listener({ preventDefault() {} });
  }

  focus(): void {
    for (const one of this.root.all()) one.isFocused = false;
    this.isFocused = true;
  }
  get root(): PageElement {
    return this.parent === null ? this : this.parent.root;
  }
  all(): PageElement[] {
    return this.children.flatMap((child) => [child, ...child.all()]);
  }
  closest(selector: string): PageElement | null {
    if (isSelected(this, selector)) return this;
    return this.parent === null ? null : this.parent.closest(selector);
  }
  querySelectorAll(selector: string): PageElement[] {
    return this.all().filter((one) => isSelected(one, selector));
  }
  querySelector(selector: string): PageElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }
}

/** Of tags, attributes and lists of these. */
const isSelected = ({ tag, attributes }: PageElement, selector: string): boolean =>
  selector.split(', ').some((one) => {
    const parts = /^(\w*)(?:\[([\w-]+)\])?$/.exec(one);
    if (parts === null) throw new TypeError(`The selector ${one} is not known here.`);
    const [, wanted, attribute] = parts;
    return (!wanted || wanted === tag) && (attribute === undefined || attributes.has(attribute));
  });

function parsed(html: string): PageElement {
  const root = new PageElement('#document');
  let open = root;
  for (const [whole, closing, tag, attributes] of html.matchAll(/<!--.*?-->|<(\/?)(\w+)([^>]*)>|[^<]+/gs)) {
    if (tag === undefined) open.append(whole.startsWith('<') ? '' : whole);
    else if (closing === '/') open = open.parent ?? root;
    else {
      const pairs = [...(attributes ?? '').matchAll(/([\w-]+)(?:="([^"]*)")?/g)];
      const made = new PageElement(tag, new Map(pairs.map(([, name = '', value = '']) => [name, value])));
      open.append(made);
      if (!VOID.has(tag)) open = made;
    }
  }
  return root;
}

/** What a person sees of a page, and does on it. */
export interface OpenPage {
  readonly title: () => string;
  /** The text under an id, blanks made one; '' where it is hidden. */
  readonly text: (id: string) => string;
  readonly at: (id: string) => PageElement;
  /** The cells of each row. */
  readonly rows: (id: string) => string[][];
  /** What stands beside a name in a list of facts. */
  readonly fact: (id: string, name: string) => string | undefined;
  readonly form: (decision: string) => PageElement;
  readonly isOffered: (decision: string) => boolean;
  readonly enterKey: (key: string) => void;
  readonly storage: Map<string, string>;
  /** Every request that the page made. */
  readonly asked: string[];
  /** Who answers instead of the API; undefined: the API. */
  instead: (path: string, init: RequestInit) => Promise<Response> | undefined;
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const realFetch = globalThis.fetch;

/** Opens `/renewals…` as a browser does. Without a key it is the first visit in this tab. */
export async function openPage(
  address: string,
  { key, instead = () => undefined }: { key?: string; instead?: OpenPage['instead'] } = {},
): Promise<OpenPage> {
  const { pathname, search } = new URL(address, inject('apiUrl'));
  const root = parsed(await (await realFetch(inject('apiUrl') + pathname)).text());
  const storage = new Map(key === undefined ? [] : [['allot.key', key]]);
  const asked: string[] = [];
  const at = (id: string) => {
    const found = root.all().find(({ attributes }) => attributes.get('id') === id);
    if (found === undefined) throw new TypeError(`The page has no ${id}.`);
    return found;
  };
  const document = {
    title: '',
    getElementById: at,
    createElement: (tag: string) => new PageElement(tag),
    querySelectorAll: (selector: string) => root.querySelectorAll(selector),
  };
  const form = (decision: string) => {
    const found = root.all().find(({ attributes }) => attributes.get('data-decision') === decision);
    if (found === undefined) throw new TypeError(`The page has no form to ${decision}.`);
    return found;
  };
  const page: OpenPage = {
    title: () => document.title,
    text: (id) => (at(id).closest('[hidden]') === null ? plain(at(id).textContent) : ''),
    at,
    rows: (id) => at(id).children.map((row) => row.children.map((cell) => plain(cell.textContent))),
    fact: (id, name) => {
      const facts = at(id).all();
      const index = facts.findIndex(({ tag, textContent }) => tag === 'dt' && textContent === name);
      return index < 0 ? undefined : plain(facts.slice(index).find(({ tag }) => tag === 'dd')?.textContent ?? '');
    },
    form,
    isOffered: (decision) => form(decision).closest('[hidden]') === null,
    enterKey: (entered) => {
      at('key').value = entered;
      at('sign-in').happen('submit');
    },
    storage,
    asked,
    instead,
  };
  vi.stubGlobal('document', document);
  vi.stubGlobal('location', { pathname, search });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
    removeItem: (name: string) => storage.delete(name),
  });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    if (!url.startsWith('/')) return await realFetch(url, init);
    asked.push(`${init.method ?? 'GET'} ${url}`);
    return await (page.instead(url, init) ?? realFetch(inject('apiUrl') + url, init));
  });
  vi.resetModules();
  await import(/* @vite-ignore */ scriptOf(root));
  return page;
}

/** The script that the page names; that what is served is this very file, a test of its own says. */
function scriptOf(root: PageElement): string {
  const source = root.querySelector('script')?.attributes.get('src') ?? '';
  return fileURLToPath(new URL(`../../api/renewals/pages/${source.split('/').at(-1)}`, import.meta.url));
}

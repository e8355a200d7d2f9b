import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder that does not answer within this is taken for a running one: it may be suspended. */
const ANSWER_WITHIN_MS = 3_000;
const POLL_MS = 50;
/** A socket's file is there a moment before its owner listens. */
const LISTENS_WITHIN_MS = 200;
const SUFFIX = '.sock';

export interface Holder {
  readonly pid: number;
  /** What it says of itself, in one line. */
  readonly about: string;
}

type Answer = (Holder & { readonly isHeld: boolean }) | 'gone';

/**
 * Takes a directory for this process alone, until it ends. Answers who has it when somebody else does. It works on
 * Linux and macOS, and needs no tidying up after a kill, because the operating system closes a dead process's sockets.
 *
 * Each contender listens on a socket of its own in the directory, then looks who else is there. It holds the directory
 * once it sees nobody else, in the same turn of the event loop as the look; so of two, the later one always finds the
 * earlier one. Where several are still looking, the one whose name comes first stays and the others withdraw.
 */
export async function claimAlone(dir: string, about: string): Promise<Holder | undefined> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const contender = await Contender.join(dir, about);
  for (;;) {
    const others = contender.look();
    if (others.length === 0) return undefined;
    for (const other of others) {
      const answer = await askOwner(dir, other);
      if (answer === 'gone') rmSync(join(dir, other), { force: true });
      else if (answer.isHeld || other < contender.name) {
        contender.withdraw();
        return answer;
      }
    }
    await sleep(POLL_MS);
  }
}

class Contender {
  readonly name = `${Date.now()}-${process.pid}-${randomUUID().slice(0, 8)}${SUFFIX}`;
  readonly #dir: string;
  readonly #server: Server;
  #isHeld = false;

  private constructor(dir: string, about: string) {
    this.#dir = dir;
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(JSON.stringify({ pid: process.pid, about, isHeld: this.#isHeld }));
    });
  }

  static async join(dir: string, about: string): Promise<Contender> {
    const contender = new Contender(dir, about);
    const listening = new Promise<void>((resolve, reject) => {
      contender.#server.once('error', reject).once('listening', resolve);
    });
    from(dir, () => contender.#server.listen(contender.name));
    await listening;
    contender.#server.unref();
    process.once('exit', () => contender.withdraw());
    return contender;
  }

  /** The names of the others. When there are none, the directory is held from this moment on. */
  look(): string[] {
    const names = readdirSync(this.#dir).filter((name) => name.endsWith(SUFFIX));
    const others = names.filter((name) => name !== this.name);
    // Its own name can be missing when somebody emptied the directory; a later start would not see this claim.
    if (others.length === 0 && !names.includes(this.name))
      throw new Error(`${this.#dir} was emptied while this started.`);
    this.#isHeld = others.length === 0;
    return others;
  }

  withdraw(): void {
    this.#server.close();
    rmSync(join(this.#dir, this.name), { force: true });
  }
}

/** A socket's path may have only some hundred characters: it is named from within its directory. */
function from<Result>(dir: string, work: () => Result): Result {
  const before = process.cwd();
  process.chdir(dir);
  try {
    return work();
  } finally {
    process.chdir(before);
  }
}

async function askOwner(dir: string, name: string): Promise<Answer> {
  for (const deadline = performance.now() + LISTENS_WITHIN_MS; ; await sleep(POLL_MS)) {
    const answer = await askOnce(dir, name);
    if (answer !== 'gone' || performance.now() > deadline) return answer;
  }
}

function askOnce(dir: string, name: string): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = from(dir, () => connect(name));
    socket.setTimeout(ANSWER_WITHIN_MS, () => {
      resolve({ pid: pidIn(name), about: 'it does not answer', isHeld: true });
      socket.destroy();
    });
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', () => resolve('gone'));
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text) as Answer);
      } catch {
        resolve('gone');
      }
    });
  });
}

const pidIn = (name: string): number => Number(name.split('-')[1]);

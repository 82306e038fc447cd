import { type FileHandle, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Length and check sum before every block, four bytes each, little-endian. */
const HEAD = 8;

/**
 * A file of blocks that were acknowledged and are not in the engine yet. Blocks that come while others are being written are written and
 * brought to the disk together.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  /** Where the last block that is whole ends. */
  #end = 0;
  #waiting: Buffer[] = [];
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Makes the file. @throws an error of the file system */
  static async create(path: string): Promise<Journal> {
    const journal = new Journal(path, await open(path, 'wx'));
    // The name of a new file is in its folder, which has to be on the disk too. Windows cannot open a folder.
    if (process.platform !== 'win32') {
      const folder = await open(dirname(path), 'r');
      await folder.sync().finally(() => folder.close());
    }
    return journal;
  }

  /** Resolves when the block is on the disk. @throws an error of the file system: nothing of it will be read then */
  append(block: Buffer): Promise<void> {
    this.#waiting.push(block);
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      const done = this.#write(this.#waiting.splice(0));
      this.#writing = done.catch(() => {});
      return done;
    });
    return this.#next;
  }

  async #write(blocks: readonly Buffer[]): Promise<void> {
    const pieces = blocks.flatMap((block) => {
      const head = Buffer.alloc(HEAD);
      head.writeUInt32LE(block.length, 0);
      head.writeUInt32LE(crc32(block), 4);
      return [head, block];
    });
    const whole = Buffer.concat(pieces);
    try {
      for (let at = 0; at < whole.length; ) {
        at += (await this.#file.write(whole, at, whole.length - at, this.#end + at)).bytesWritten;
      }
      await this.#file.datasync();
      this.#end += whole.length;
    } catch (error) {
      // What is written next overwrites the torn rest; a reader that comes before stops there.
      await this.#file.truncate(this.#end).catch(() => {});
      throw error;
    }
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    while (this.#next) await this.#next.catch(() => {});
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#file.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await unlink(this.path);
  }
}

/** The whole blocks of a journal, up to where a crash left it. */
export async function readJournal(path: string): Promise<Buffer[]> {
  const file = await readFile(path);
  const blocks: Buffer[] = [];
  for (let at = 0; at + HEAD <= file.length; ) {
    const length = file.readUInt32LE(at);
    const block = file.subarray(at + HEAD, at + HEAD + length);
    if (length === 0 || block.length < length || crc32(block) !== file.readUInt32LE(at + 4)) break;
    blocks.push(block);
    at += HEAD + length;
  }
  return blocks;
}

import { closeSync, constants, copyFileSync, existsSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { TerminalError } from "../../../shared/errors.ts";
import type { DataFolder } from "../dataFolder.ts";
import { migrate, openForWriting, PAGE_BYTES } from "./database.ts";
import { CHAIN_BEGIN, isDamage, JournalReader } from "./journal.ts";

/*
 * What makes the file a journal, SQLite's header and the schema, lies in its first page. The rows lie in others and carry their own proof, the
 * chain of hashes. So a copy of a damaged file under the first page of an empty journal gives back its rows, and the chain tells whether
 * they are the right ones.
 */

/** Where the header has the file's size in pages. */
const PAGE_COUNT_AT = 28;

/** Makes a copy of the damaged journal whose rows can be read. False, without a copy, when not even the first row can. */
export function salvage(folder: DataFolder): boolean {
  dropSalvaged(folder);
  const page = emptyFirstPage(folder.salvaged);
  dropSalvaged(folder);
  let isReadable = false;
  try {
    copyFileSync(folder.journal, folder.salvaged, constants.COPYFILE_FICLONE);
    if (existsSync(`${folder.journal}-wal`)) copyFileSync(`${folder.journal}-wal`, `${folder.salvaged}-wal`);
    replaceFirstPage(folder.salvaged, page);
    isReadable = hasFirstRow(folder.salvaged);
  } finally {
    if (!isReadable) dropSalvaged(folder);
  }
  return isReadable;
}

/** Removes the copy, if there is one. */
export function dropSalvaged(folder: DataFolder): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(folder.salvaged + suffix, { force: true });
}

function emptyFirstPage(path: string): Buffer {
  const database = openForWriting(path);
  try {
    migrate(database);
    database.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
  const page = Buffer.alloc(PAGE_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, page, 0, PAGE_BYTES, 0);
  } finally {
    closeSync(file);
  }
  return page;
}

function replaceFirstPage(path: string, page: Buffer): void {
  const file = openSync(path, "r+");
  try {
    page.writeUInt32BE(Math.floor(fstatSync(file).size / PAGE_BYTES), PAGE_COUNT_AT);
    writeSync(file, page, 0, PAGE_BYTES, 0);
  } finally {
    closeSync(file);
  }
}

function hasFirstRow(path: string): boolean {
  try {
    const reader = new JournalReader(path);
    try {
      return [...reader.batches(CHAIN_BEGIN, 1)].length === 1;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (isDamage(error) || error instanceof TerminalError) return false;
    throw error;
  }
}

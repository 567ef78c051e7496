/**
 * The table of moderation tools that we hold ourselves to: each row built first has a test of the suites beside this one
 * that bears its name, on both databases, by page and by API. A row that cannot have one says why.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** The rows to build first, word for word. */
const FIRST = [
  "report an account", "report content", "report without an account", "predefined reasons", "forward the report to the origin (Flag)",
  "copy of the content at report time", "outcome told to the reporter", "internal notes on a report", "assignment of a report",
  "sign-up approval with a motive", "quarantine before publication", "rate limits adjustable", "e-mail domain rules",
  "warning with record (strike)", "limit (visible to followers only)", "freeze (no action, content stays)", "suspend, reversible 30 days",
  "sanctions with an end date", "remove content, restore", "purge with media", "moderators of a sub-community", "bulk actions",
  "block a domain", "reject media only", "limit a domain", "allow-list federation", "import and export block lists",
  "approve followers of the instance", "automatic follow, back or from an index", "automatic follow that remembers refusals",
  "public list of blocks with motives", "statement of reasons to the person", "appeal", "strike history", "public moderation log",
  "internal audit log", "fine roles", "plugin hooks that accept or refuse", "person blocks and mutes account, domain",
  "index admission queue with rules", "evidence queue of a diagnosis", "reports about wrong facts (date, place, licence)",
];

/** Rows without a test, and why. */
const EXCEPTIONS: Record<string, string> = {
  "index admission queue with rules": "this server is no index: there is nothing to be admitted to yet",
  "evidence queue of a diagnosis": "no hosting providers are published yet, so nothing is diagnosed",
};

/** Rows to build second that have their tool, and so their test. */
const SECOND = [
  "reason tied to a server rule", "messages with the reporter", "messages with the reported person", "comments held for approval",
  "watched words that tag or hold", "force sensitive or content flag", "purge also sends a removal", "lock a discussion",
  "limit a domain to some object kinds", "subscribe to a block list, propose mode", "block with an end date",
  "appeal decided by another person", "public moderation figures", "webhooks of moderation events", "person's keyword filters",
];

/** The rows that the tests of a suite name, with the file of each. */
function named(text: string): string[] {
  return [...text.matchAll(/^\s*test\((['"`])section 8, "((?:\\.|[^"\\])+)": /gm)].map((match) => (match[2] as string).replaceAll("\\'", "'"));
}

/** The rows of the table that are to be built first: cells after the name, the goal last. */
function wanted(table: string, goal: string): string[] {
  const section = table.slice(table.indexOf("## 8."), table.indexOf("## 9."));
  const rows = section.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.filter((cells) => new RegExp(`^${goal}( |,|$)`).test(cells.at(-2) ?? "")).map((cells) => cells[1] as string);
}

const suites = readdirSync(import.meta.dirname).filter((name) => name.startsWith("tools-") && name !== "tools-rows.test.ts");
const texts = suites.map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
const tested = texts.flatMap(named);

describe("the table of moderation tools", () => {
  test.each(FIRST)("row to build first: %s", (row) => {
    if (row in EXCEPTIONS) expect(tested, `${row} has a test: it is no exception any more`).not.toContain(row);
    else expect(tested.filter((one) => one === row), `a test of the suites tools-* is to be named: section 8, "${row}"`).toHaveLength(1);
  });

  test.each(SECOND)("row to build second that is there: %s", (row) => {
    expect(tested.filter((one) => one === row)).toHaveLength(1);
  });

  test("no test names a row that is not in the table, and each exception is a row", () => {
    const rows = [...FIRST, ...SECOND];
    expect(tested.filter((row) => !rows.includes(row))).toEqual([]);
    expect(Object.keys(EXCEPTIONS).filter((row) => !FIRST.includes(row))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test("each suite runs on every engine", () => {
    for (const [at, text] of texts.entries()) expect(text, suites[at]).toMatch(/^describe\.each\(engines\(\)\)\(/m);
  });

  test("a row without a test is found, and one with a test is not", () => {
    const table = "## 8. x\n| tool | PT | goal |\n|---|---|---|\n| dance | Y | 1 |\n| sing | N | 1 (lead) |\n| log | N | 1, switchable |\n| sleep | N | 2 |\n| ten | N | 10 |\n## 9. y\n| else | N | 1 |";
    expect(wanted(table, "1")).toEqual(["dance", "sing", "log"]);
    expect(wanted(table, "2")).toEqual(["sleep"]);
    expect(named("  test('section 8, \"dance\": one dances', async () => {\n  // test('section 8, \"sing\": no'\n  test('section 8, \"person\\'s word\": x', f)")).toEqual(["dance", "person's word"]);
  });

  // The table itself lies beside the repository; where it is, our list of it is checked.
  const file = resolve(import.meta.dirname, "../../../shared/reference/domain.md");
  test.runIf(existsSync(file))("the list is the table's", () => {
    const table = readFileSync(file, "utf8");
    expect([...FIRST].sort()).toEqual(wanted(table, "1").sort());
    expect(SECOND.filter((row) => !wanted(table, "2").includes(row))).toEqual([]);
  });
});

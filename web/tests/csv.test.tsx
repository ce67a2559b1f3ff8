import { afterEach, expect, test, vi } from "vitest";
import { toCsv } from "../src/components/csv";

afterEach(() => vi.restoreAllMocks());

test("a text that a spreadsheet would take for a formula is told apart, and no line is broken", async () => {
  const kept: Blob[] = [];
  URL.createObjectURL = (blob) => {
    kept.push(blob as Blob);
    return "blob:kept";
  };
  URL.revokeObjectURL = () => {};
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  toCsv("rows", { columns: ["a", "b"], rows: [["=1+1", -5], ["＝1+1", null], ["\n=1", 2], ["x\ry", 'say "no"']] });
  const said = await new Promise<string>((done) => {
    const reader = new FileReader(); // leaves out the byte order mark
    reader.onload = () => done(String(reader.result));
    reader.readAsText(kept[0]!);
  });
  expect(said).toBe(`a,b\r\n'=1+1,-5\r\n'＝1+1,\r\n"'\n=1",2\r\n"x\ry","say ""no"""\r\n`);
});

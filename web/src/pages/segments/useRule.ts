import { useCallback, useEffect, useRef, useState } from "react";
import { type Schema, http, wordsOf } from "../../api/client";
import { type Group, emptyGroup, fromTree, toTree } from "./tree";

const PAUSE_MS = 350; // after the last key stroke

/** A rule in its two forms, always in step: the server reads whichever was changed; one that is wrong leaves the other as it was. */
export function useRule(start: string | null) {
  const [text, setText] = useState(start ?? "");
  const [tree, setTree] = useState<Group>(emptyGroup);
  const [rule, setRule] = useState(""); // the canonical text of what both say
  const [problem, setProblem] = useState<Schema["ReadProblem"] | null>(null);
  const asked = useRef(0); // an answer to an older question is not shown
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const ask = useCallback((given: Schema["Given"], show: (read: Schema["Read"]) => void) => {
    const number = ++asked.current;
    void http.POST("/api/v1/segments/read", { body: given }).then(({ data, error }) => {
      if (number !== asked.current) return;
      const wrong = data ? data.problem : { message: wordsOf(error) ?? "", hint: "", at: null, length: 0, nearest: null };
      setProblem(wrong);
      if (!wrong && data) {
        show(data);
        setRule(data.text ?? "");
      }
    });
  }, []);
  const clear = useCallback(() => {
    asked.current++;
    setProblem(null);
    setRule("");
  }, []);

  const type = useCallback(
    (typed: string, pause = PAUSE_MS) => {
      setText(typed);
      clearTimeout(timer.current);
      if (!typed.trim()) {
        clear();
        setTree(emptyGroup());
        return;
      }
      timer.current = setTimeout(() => ask({ text: typed }, (read) => setTree(fromTree(read.tree))), pause);
    },
    [ask, clear],
  );
  const build = useCallback(
    (built: Group) => {
      setTree(built);
      clearTimeout(timer.current);
      const whole = toTree(built);
      if (whole === null) {
        clear();
        setText("");
        return;
      }
      timer.current = setTimeout(() => ask({ tree: whole as Record<string, unknown> }, (read) => setText(read.text ?? "")), PAUSE_MS);
    },
    [ask, clear],
  );
  const [first] = useState(start); // the address follows the rule from then on
  useEffect(() => {
    if (first !== null) type(first, 0);
  }, [first, type]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { text, tree, rule, problem, type, build };
}

import { Level } from "../../components/Level";

/** A grade of risk in its colour; grades of the company's own are plain. */
export function GradeLevel({ grade, name }: { grade: string; name: string }) {
  return <Level tone={grade === "high" ? "bad" : grade === "medium" ? "fair" : "plain"}>{name}</Level>;
}

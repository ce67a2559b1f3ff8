import type { ReactNode } from "react";

/** What may be wider than the page scrolls by itself, by keyboard too; for tables without anything to focus in them. */
export function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

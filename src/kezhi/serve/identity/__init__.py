"""Who is who: the review queue, merges, splits, undo, history."""

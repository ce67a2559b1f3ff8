"""Long work in the background: what can be asked for, who does it, and how it goes."""

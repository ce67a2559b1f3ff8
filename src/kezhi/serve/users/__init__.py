"""Who may sign in, and whose customers are whose."""

"""What the pages of figures show, as expressions over the lake's tables; nothing here is computed, the server asks."""

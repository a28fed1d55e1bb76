"""Ask a knowledge graph questions in plain language, and get complete, proven, live answers."""

"""What members see of rooms. A view parses, calls one service or selector, and renders; nothing else."""

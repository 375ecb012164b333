"""Detoxify models served by ONNX Runtime: int8, batched by length, without torch. From torch: export.py."""

"""The kernel: what every system stands on. It knows no word of the business."""

"""The main job on a day of calls, shown step by step over HTTP."""

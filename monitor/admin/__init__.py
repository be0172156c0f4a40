"""The admin's tools: what is unwise in feeds.yaml, what a source answers, which feeds a page names, what saved bodies would become."""

"""The post, the printer and the journal: what every other app uses and none owns."""

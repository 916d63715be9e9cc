"""The roads, by family. A road is a function (visitor, world) with `@road(...)`: it asks, the run looks at the answers."""

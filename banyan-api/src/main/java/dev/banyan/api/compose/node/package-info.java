/**
 * What stands in Compose files, as a tree whose every value knows its place.
 *
 * <p>A file becomes an {@link dev.banyan.api.compose.node.Origin}; {@link dev.banyan.api.compose.node.NodeReader} reads its text into
 * {@link dev.banyan.api.compose.node.Node}s. The rooms above rewrite the tree: they fill in variables, write short forms out, join the
 * trees of several files. A value keeps its {@link dev.banyan.api.compose.node.Place} through all of it, so that {@link
 * dev.banyan.api.compose.node.Complaints}, made by any of them, name file, line and column. {@link
 * dev.banyan.api.compose.node.Printer} writes a tree as a file again, {@link dev.banyan.api.compose.node.JsonPrinter} as one of JSON.
 *
 * <p><b>Guarantees.</b> Trees are immutable. What a text asks for is bounded before it is built: see {@link
 * dev.banyan.api.source.YamlReader}. <b>Caveats.</b> What was read through a YAML alias stands where its anchor is. Nothing here knows
 * what a key means.
 */
@NullMarked
package dev.banyan.api.compose.node;

import org.jspecify.annotations.NullMarked;

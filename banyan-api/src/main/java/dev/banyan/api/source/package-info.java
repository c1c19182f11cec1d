/**
 * Text that people wrote, and where in it something is wrong.
 *
 * <p>A {@link dev.banyan.api.source.SourceText} goes through {@link dev.banyan.api.source.YamlReader}, which answers a tree of {@link
 * dev.banyan.api.source.YamlValue}s that all know their {@link dev.banyan.api.source.Position}. A reader of some format walks the
 * tree as {@link dev.banyan.api.source.Field}s and reports what it refuses to {@link dev.banyan.api.source.Problems}; it never stops
 * at the first, so one pass names every error. A {@link dev.banyan.api.source.Diagnostic} prints itself with its line and a caret.
 *
 * <p><b>Guarantees.</b> Every text is answered by a tree or by diagnostics, never by an exception, within the limits of the reader
 * (size, depth, nodes, aliases). Scalars keep the text as written: {@code 3.10} stays {@code 3.10} and {@code no} stays {@code no}.
 * What is printed holds no control characters. <b>Caveats.</b> Tags are refused, and a file is one document. Nothing here does I/O.
 */
@NullMarked
package dev.banyan.api.source;

import org.jspecify.annotations.NullMarked;

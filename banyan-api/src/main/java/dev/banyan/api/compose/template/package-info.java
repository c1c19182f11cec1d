/**
 * Variables in the values of a Compose file.
 *
 * <p>{@link dev.banyan.api.compose.template.Template} fills them into one text, with all operators of the Compose Specification;
 * {@link dev.banyan.api.compose.template.Interpolation} does so for every value of a tree, and says in which text, and where in it,
 * a variable is malformed or missing.
 *
 * <p><b>Guarantees.</b> A text without a dollar stays as it is. What variables hold is never looked into. Nesting and the size of what
 * comes out are bounded. <b>Caveats.</b> Keys are not filled in. The author's own {@code x-} parts are, but nothing there is an error.
 */
@NullMarked
package dev.banyan.api.compose.template;

import org.jspecify.annotations.NullMarked;

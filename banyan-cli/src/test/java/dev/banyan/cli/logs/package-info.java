/** Times as people write them. */
@NullMarked
package dev.banyan.cli.logs;

import org.jspecify.annotations.NullMarked;

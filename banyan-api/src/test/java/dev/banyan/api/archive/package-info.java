/** Tar streams, also of other programs and of strangers, and where what they hold goes. */
@NullMarked
package dev.banyan.api.archive;

import org.jspecify.annotations.NullMarked;

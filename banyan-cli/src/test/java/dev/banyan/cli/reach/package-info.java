/** What the verbs that lead into containers are made of. */
@NullMarked
package dev.banyan.cli.reach;

import org.jspecify.annotations.NullMarked;

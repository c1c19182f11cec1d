@NullMarked
package dev.banyan.cli.inspect;

import org.jspecify.annotations.NullMarked;

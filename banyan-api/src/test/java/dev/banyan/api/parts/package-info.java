@NullMarked
package dev.banyan.api.parts;

import org.jspecify.annotations.NullMarked;

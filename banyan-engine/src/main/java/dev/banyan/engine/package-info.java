/**
 * Assembles the engine: reads its configuration, constructs every room with {@code new}, and starts and stops them in order.
 *
 * <p>Each room below this one is a controller or a door. They never call each other: one writes an object to the store, another sees
 * it in its informer. This package alone knows them all, and it alone names the store that keeps the truth.
 *
 * <p>It decides nothing: a rule found here belongs in a room.
 */
@NullMarked
package dev.banyan.engine;

import org.jspecify.annotations.NullMarked;

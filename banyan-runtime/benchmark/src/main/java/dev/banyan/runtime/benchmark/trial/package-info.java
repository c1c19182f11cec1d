/**
 * What only a whole program shows: delays from a write to its reconcile, what an outage costs, delayed adds in real time, and millions of
 * operations whose outcome is checked. Each trial runs alone in a process, starts what it needs, and prints figures.
 */
@NullMarked
package dev.banyan.runtime.benchmark.trial;

import org.jspecify.annotations.NullMarked;
